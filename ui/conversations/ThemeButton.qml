import QtQuick
import Cria
import Cria.App as Core

// The desktop's theme, light or dark, one after the other.
ActionButton {
    id: button

    required property Core.WindowSettings settings
    readonly property string choice: settings.theme

    Accessible.name: text
    ink: Theme.softInk
    objectName: "themeButton"
    quiet: true
    text: choice === "light" ? qsTr("Theme: light") : choice === "dark" ? qsTr("Theme: dark") : qsTr("Theme: as the desktop")

    onClicked: settings.theme = choice === "system" ? "light" : choice === "light" ? "dark" : "system"
}

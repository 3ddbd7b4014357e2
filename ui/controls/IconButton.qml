import QtQuick
import QtQuick.Controls as C
import QtQuick.Controls.impl
import QtQuick.Templates as T
import Cria

// A small square button with a drawing; `text` is its name for tooltips and screen readers.
T.Button {
    id: button

    property string glyph: ""
    property color ink: Theme.softInk

    Accessible.name: text
    Accessible.role: Accessible.Button
    C.ToolTip.delay: 500
    C.ToolTip.text: text
    C.ToolTip.visible: (hovered || visualFocus) && text !== ""
    hoverEnabled: true
    icon.color: !enabled ? Theme.track : hovered || down ? Theme.clayOnSoft : ink
    icon.height: 16
    icon.source: glyph === "" ? "" : "qrc:/qt/qml/Cria/icons/" + glyph + ".svg"
    icon.width: 16
    implicitHeight: 28
    implicitWidth: 28

    background: Rectangle {
        color: button.enabled && (button.hovered || button.down) ? Theme.claySoft : "transparent"
        radius: Theme.controlRadius

        FocusRing {
            shown: button.visualFocus
        }
    }
    contentItem: IconLabel {
        display: IconLabel.IconOnly
        icon: button.icon
    }
}

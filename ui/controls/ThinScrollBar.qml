import QtQuick
import QtQuick.Templates as T
import Cria

// A scroll bar that stays out of the way.
T.ScrollBar {
    id: bar

    focusPolicy: Qt.NoFocus
    implicitHeight: 10
    implicitWidth: 10
    minimumSize: 0.06
    padding: 2
    visible: size < 1 && policy !== T.ScrollBar.AlwaysOff

    contentItem: Rectangle {
        color: bar.pressed || bar.hovered ? Theme.softInk : Theme.track
        implicitHeight: 6
        implicitWidth: 6
        opacity: bar.active || bar.hovered ? 1 : 0.7
        radius: 3
    }
}

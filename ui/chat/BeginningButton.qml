import QtQuick
import QtQuick.Layouts
import Cria

// A way to begin an empty conversation.
ActionButton {
    Layout.alignment: Qt.AlignHCenter
    Layout.fillWidth: true
    Layout.maximumWidth: 440
    implicitHeight: 40
}

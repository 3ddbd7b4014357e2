import QtQuick.Layouts
import Cria

// A way to begin an empty conversation.
ActionButton {
    Layout.fillWidth: true
    implicitHeight: 40
}

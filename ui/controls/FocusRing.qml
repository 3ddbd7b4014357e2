import QtQuick
import Cria

// The visible focus of a control: drawn outside its edge, so that it never moves anything.
Rectangle {
    property bool shown: false

    anchors.fill: parent
    anchors.margins: -2
    border.color: Theme.clay
    border.width: 2
    color: "transparent"
    radius: Theme.controlRadius + 2
    visible: shown
}

import QtQuick
import Cria

// A thin bar: loading, the context.
Rectangle {
    id: line

    required property real value
    property color tone: Theme.clay

    Accessible.role: Accessible.ProgressBar
    color: Theme.track
    implicitHeight: 4
    implicitWidth: 72
    radius: 2

    Rectangle {
        color: line.tone
        height: parent.height
        radius: 2
        width: line.value <= 0 ? 0 : Math.max(4, Math.min(1, line.value) * parent.width)

        Behavior on width  {
            NumberAnimation {
                duration: Theme.duration
            }
        }
    }
}

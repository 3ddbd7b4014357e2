import QtQuick
import Cria

// A text at which a reply ends; a click removes it. Line breaks and tabs are shown as they are written in code.
Chip {
    id: chip

    required property int index
    required property string modelData
    readonly property StopFlow flow: parent as StopFlow
    readonly property string shown: modelData.replace(/\\/g, "\\\\").replace(/\n/g, "\\n").replace(/\t/g, "\\t")

    Accessible.name: qsTr("Remove the stop text %1").arg(shown)
    text: shown + "  ×"
    width: Math.min(implicitWidth, 160)

    onClicked: flow.sampling.removeStopString(index)
}

import QtQuick
import QtQuick.Layouts
import Cria
import Cria.App as Core

// A checkpoint on its way from disk to memory: how far, how much, and a way out.
FocusScope {
    id: strip

    required property Core.CheckpointController checkpoints

    Accessible.name: qsTr("Loading: %1").arg(checkpoints.loadText)
    Accessible.role: Accessible.ProgressBar
    implicitHeight: visible ? 44 : 0
    visible: checkpoints.state === "loading"

    RowLayout {
        anchors.fill: parent
        spacing: 12

        TextLabel {
            text: qsTr("Loading %1").arg(strip.checkpoints.loadingName)
        }
        ProgressLine {
            Layout.fillWidth: true
            value: strip.checkpoints.loadProgress
        }
        TabularText {
            text: strip.checkpoints.loadText
        }
        ActionButton {
            focus: true
            objectName: "cancelLoading"
            text: qsTr("Cancel")

            onClicked: strip.checkpoints.cancelLoading()
        }
    }
}

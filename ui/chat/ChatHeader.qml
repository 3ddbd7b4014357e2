import QtQuick
import QtQuick.Controls as C
import QtQuick.Layouts
import Cria
import Cria.App as Core

// Which llama speaks, how it is computed, how fast; and the line of its ages.
FocusScope {
    id: header

    required property Core.CheckpointController checkpoints
    // The pane's width: told, for a layout that hides its items by its own width may not lay them out again.
    required property real room

    signal folderAsked
    signal leftPaneToggled
    signal rightPaneToggled

    function step(delta: int): void {
        ages.step(delta);
    }
    function openPicker(): void {
        opener.openPicker();
    }

    implicitHeight: column.implicitHeight + 10

    ColumnLayout {
        id: column

        anchors.left: parent.left
        anchors.leftMargin: 12
        anchors.right: parent.right
        anchors.rightMargin: 12
        anchors.top: parent.top
        anchors.topMargin: 10
        spacing: 4

        // Anchored, not in a RowLayout: that one forgets to lay out again when its items come and go.
        Item {
            Layout.fillWidth: true
            implicitHeight: Theme.controlHeight

            IconButton {
                id: leftToggle

                anchors.left: parent.left
                anchors.verticalCenter: parent.verticalCenter
                glyph: "pane-left"
                objectName: "toggleLeft"
                text: qsTr("Conversations (Ctrl+B)")

                onClicked: header.leftPaneToggled()
            }
            CheckpointButton {
                id: opener

                anchors.left: leftToggle.right
                anchors.leftMargin: 6
                anchors.verticalCenter: parent.verticalCenter
                checkpoints: header.checkpoints
                width: Math.max(80, Math.min(implicitWidth, facts.x - x - 8))

                onFolderAsked: header.folderAsked()
            }
            Row {
                id: facts

                anchors.right: parent.right
                anchors.verticalCenter: parent.verticalCenter
                spacing: 6

                DemoChip {
                    anchors.verticalCenter: parent.verticalCenter
                    visible: header.checkpoints.demo && header.room > 380
                }
                Chip {
                    C.ToolTip.delay: 500
                    C.ToolTip.text: header.checkpoints.deviceName
                    C.ToolTip.visible: hovered && header.checkpoints.deviceName !== ""
                    anchors.verticalCenter: parent.verticalCenter
                    ground: Theme.page
                    hoverEnabled: true
                    interactive: false
                    objectName: "deviceChip"
                    text: header.checkpoints.device + " · " + header.checkpoints.precision
                    visible: header.checkpoints.state === "ready" && header.room > 420
                }
                SpeedChip {
                    anchors.verticalCenter: parent.verticalCenter
                    speed: header.checkpoints.tokensPerSecond
                    visible: speed > 0 && header.room > 520
                }
                IconButton {
                    anchors.verticalCenter: parent.verticalCenter
                    glyph: "pane-right"
                    objectName: "toggleRight"
                    text: qsTr("Sampling (Ctrl+.)")

                    onClicked: header.rightPaneToggled()
                }
            }
        }
        AgeLine {
            id: ages

            Layout.fillWidth: true
            Layout.leftMargin: 12
            Layout.rightMargin: 12
            checkpoints: header.checkpoints
        }
        LoadStrip {
            Layout.fillWidth: true
            Layout.leftMargin: 12
            Layout.rightMargin: 12
            checkpoints: header.checkpoints
        }
    }
    Rectangle {
        anchors.bottom: parent.bottom
        color: Theme.hairline
        height: 1
        width: parent.width
    }
}

import QtQuick
import QtQuick.Controls as C
import QtQuick.Controls.impl
import QtQuick.Layouts
import QtQuick.Templates as T
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
        picker.open();
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

        RowLayout {
            Layout.fillWidth: true
            spacing: 6

            IconButton {
                glyph: "pane-left"
                objectName: "toggleLeft"
                text: qsTr("Conversations (Ctrl+B)")

                onClicked: header.leftPaneToggled()
            }
            T.Button {
                id: opener

                Accessible.description: qsTr("Opens the list of checkpoints")
                Accessible.name: header.checkpoints.name === "" ? text : qsTr("Checkpoint: %1, %2").arg(header.checkpoints.name).arg(header.checkpoints.label)
                Accessible.role: Accessible.ButtonMenu
                Layout.fillWidth: true
                Layout.maximumWidth: implicitWidth
                Layout.minimumWidth: 80
                focusPolicy: Qt.StrongFocus
                hoverEnabled: true
                implicitHeight: Theme.controlHeight
                implicitWidth: implicitContentWidth + 16
                leftPadding: 8
                objectName: "checkpointButton"
                rightPadding: 8
                text: qsTr("Choose a checkpoint")

                onClicked: picker.opened ? picker.close() : picker.open()

                background: Rectangle {
                    color: opener.hovered || picker.opened ? Theme.claySoft : "transparent"
                    radius: Theme.controlRadius

                    FocusRing {
                        shown: opener.visualFocus
                    }
                }
                contentItem: RowLayout {
                    spacing: 8

                    TextLabel {
                        Layout.fillWidth: true
                        Layout.maximumWidth: Math.ceil(implicitWidth)
                        font.pixelSize: Theme.titleSize
                        font.weight: Font.DemiBold
                        text: header.checkpoints.name === "" ? opener.text : header.checkpoints.name
                    }
                    TextLabel {
                        Layout.fillWidth: true
                        Layout.maximumWidth: Math.ceil(implicitWidth)
                        color: opener.hovered || picker.opened ? Theme.clayOnSoft : Theme.clay
                        font.pixelSize: Theme.textSize
                        text: header.checkpoints.label
                        visible: text !== ""
                    }
                    IconImage {
                        color: Theme.clay
                        source: "qrc:/qt/qml/Cria/icons/down.svg"
                        sourceSize.height: 12
                        sourceSize.width: 12
                    }
                }

                CheckpointPicker {
                    id: picker

                    checkpoints: header.checkpoints
                    y: opener.height + 6

                    onFolderAsked: header.folderAsked()
                }
            }
            Item {
                Layout.fillWidth: true
            }
            Chip {
                C.ToolTip.delay: 500
                C.ToolTip.text: header.checkpoints.deviceName
                C.ToolTip.visible: hovered && header.checkpoints.deviceName !== ""
                ground: Theme.page
                hoverEnabled: true
                interactive: false
                objectName: "deviceChip"
                text: header.checkpoints.device + " · " + header.checkpoints.precision
                visible: header.checkpoints.state === "ready" && header.room > 420
            }
            SpeedChip {
                speed: header.checkpoints.tokensPerSecond
                visible: speed > 0 && header.room > 520
            }
            IconButton {
                glyph: "pane-right"
                objectName: "toggleRight"
                text: qsTr("Sampling (Ctrl+.)")

                onClicked: header.rightPaneToggled()
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

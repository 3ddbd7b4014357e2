import QtQuick
import QtQuick.Controls.impl
import QtQuick.Layouts
import QtQuick.Templates as T
import Cria
import Cria.App as Core

// The checkpoint that speaks, by name and age; a click opens the library.
T.Button {
    id: opener

    required property Core.CheckpointController checkpoints

    signal folderAsked

    function openPicker(): void {
        picker.open();
    }

    Accessible.description: qsTr("Opens the list of checkpoints")
    Accessible.name: opener.checkpoints.name === "" ? text : qsTr("Checkpoint: %1, %2").arg(opener.checkpoints.name).arg(opener.checkpoints.label)
    Accessible.role: Accessible.ButtonMenu
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
            text: opener.checkpoints.name === "" ? opener.text : opener.checkpoints.name
        }
        TextLabel {
            Layout.fillWidth: true
            Layout.maximumWidth: Math.ceil(implicitWidth)
            color: opener.hovered || picker.opened ? Theme.clayOnSoft : Theme.clay
            font.pixelSize: Theme.textSize
            text: opener.checkpoints.label
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

        checkpoints: opener.checkpoints
        y: opener.height + 6

        onFolderAsked: opener.folderAsked()
    }
}

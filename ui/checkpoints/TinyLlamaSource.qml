import QtQuick
import QtQuick.Layouts
import Cria

// Where TinyLlama comes from: the command, to be copied.
ColumnLayout {
    id: source

    readonly property string command: "git clone https://huggingface.co/TinyLlama/TinyLlama-1.1B-Chat-v1.0"

    spacing: 8

    TextLabel {
        Layout.fillWidth: true
        color: Theme.softInk
        elide: Text.ElideNone
        horizontalAlignment: Text.AlignHCenter
        text: qsTr("Get TinyLlama (1.1 billion parameters; 2.2 GB, with git-lfs):")
        wrapMode: Text.Wrap
    }
    Rectangle {
        Layout.fillWidth: true
        border.color: Theme.hairline
        border.width: 1
        color: Theme.card
        implicitHeight: Math.max(40, address.implicitHeight + 16)
        radius: Theme.controlRadius

        TextEdit {
            id: address

            Accessible.name: text
            Accessible.readOnly: true
            Accessible.role: Accessible.StaticText
            anchors.left: parent.left
            anchors.leftMargin: 12
            anchors.right: copy.left
            anchors.verticalCenter: parent.verticalCenter
            color: Theme.ink
            font.family: Theme.mono
            font.pixelSize: 12
            readOnly: true
            selectByMouse: true
            selectedTextColor: Theme.ink
            selectionColor: Theme.claySoft
            text: source.command
            wrapMode: TextEdit.WrapAnywhere
        }
        IconButton {
            id: copy

            anchors.right: parent.right
            anchors.rightMargin: 6
            anchors.verticalCenter: parent.verticalCenter
            glyph: "copy"
            text: qsTr("Copy the command")

            onClicked: {
                address.selectAll();
                address.copy();
                address.deselect();
            }
        }
    }
}

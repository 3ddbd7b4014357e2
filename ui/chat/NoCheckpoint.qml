import QtQuick
import QtQuick.Layouts
import Cria

// No checkpoint is open: what one is, the button, and where TinyLlama comes from.
Item {
    id: none

    required property bool libraryEmpty
    readonly property string command: "git clone https://huggingface.co/TinyLlama/TinyLlama-1.1B-Chat-v1.0"

    signal folderAsked
    signal pickerAsked

    ColumnLayout {
        anchors.centerIn: parent
        spacing: 12
        width: Math.min(568, parent.width - 48)

        Image {
            Accessible.ignored: true
            Layout.alignment: Qt.AlignHCenter
            Layout.preferredHeight: 56
            Layout.preferredWidth: 56
            source: "qrc:/qt/qml/Cria/icons/cria.svg"
            sourceSize.height: 112
            sourceSize.width: 112
            visible: none.height > 330
        }
        TextLabel {
            Layout.fillWidth: true
            elide: Text.ElideNone
            font.pixelSize: 18
            font.weight: Font.DemiBold
            horizontalAlignment: Text.AlignHCenter
            text: qsTr("Open a llama to talk to")
            wrapMode: Text.Wrap
        }
        TextLabel {
            Layout.fillWidth: true
            color: Theme.softInk
            elide: Text.ElideNone
            horizontalAlignment: Text.AlignHCenter
            lineHeight: 1.4
            text: qsTr("A checkpoint is a folder as it lies on Hugging Face: config.json, the weights (model.safetensors or pytorch_model.bin) and tokenizer.model.")
            wrapMode: Text.Wrap
        }
        ActionButton {
            Layout.alignment: Qt.AlignHCenter
            Layout.topMargin: 4
            objectName: "openFirst"
            primary: true
            text: none.libraryEmpty ? qsTr("Open a folder…") : qsTr("Choose a checkpoint…")

            onClicked: none.libraryEmpty ? none.folderAsked() : none.pickerAsked()
        }
        TextLabel {
            Layout.fillWidth: true
            Layout.topMargin: 8
            color: Theme.softInk
            elide: Text.ElideNone
            horizontalAlignment: Text.AlignHCenter
            text: qsTr("To get TinyLlama (2.2 GB, with git-lfs):")
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
                text: none.command
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
}

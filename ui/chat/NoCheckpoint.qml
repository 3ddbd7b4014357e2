import QtQuick
import QtQuick.Layouts
import Cria

// No checkpoint is open: what one is, the button, and where TinyLlama comes from.
Item {
    id: none

    required property bool libraryEmpty

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
        TinyLlamaSource {
            Layout.fillWidth: true
            Layout.topMargin: 8
        }
    }
}

import QtQuick
import QtQuick.Layouts
import Cria

// Says that the demo llama speaks, and no other; a click says what it is, and how to get a larger one.
Chip {
    id: chip

    Accessible.description: note.text
    ground: Theme.page
    objectName: "demoChip"
    text: qsTr("demo")

    onClicked: card.opened ? card.close() : card.open()

    PopupCard {
        id: card

        contentHeight: layout.implicitHeight
        contentWidth: Math.min(552, parent.Window.width - 48)
        objectName: "demoCard"
        y: chip.height + 8

        ColumnLayout {
            id: layout

            anchors.fill: parent
            spacing: 8

            DemoNote {
                id: note

                Layout.fillWidth: true
            }
            TinyLlamaSource {
                Layout.fillWidth: true
            }
        }
    }
}

import QtQuick
import QtQuick.Layouts
import Cria

// A message under the pen again: Enter sends it, Escape leaves it as it was.
FocusScope {
    id: editor

    signal cancelled
    signal sent(string text)

    function begin(original: string): void {
        area.text = original;
        area.cursorPosition = area.length;
        area.focusText(Qt.OtherFocusReason);
    }
    function send(): void {
        if (area.text.trim() !== "")
            editor.sent(area.text);
    }

    implicitHeight: column.implicitHeight + 20

    Rectangle {
        anchors.fill: parent
        border.color: Theme.clay
        border.width: 1
        color: Theme.card
        radius: Theme.bubbleRadius
    }
    ColumnLayout {
        id: column

        anchors.left: parent.left
        anchors.margins: 10
        anchors.right: parent.right
        anchors.top: parent.top
        spacing: 8

        PlainArea {
            id: area

            Layout.fillWidth: true
            name: qsTr("Edit the message")
            objectName: "editArea"

            onCancelled: editor.cancelled()
            onSubmitted: editor.send()
        }
        RowLayout {
            Layout.alignment: Qt.AlignRight
            spacing: 8

            ActionButton {
                text: qsTr("Cancel")

                onClicked: editor.cancelled()
            }
            ActionButton {
                objectName: "resend"
                primary: true
                text: qsTr("Send again")

                onClicked: editor.send()
            }
        }
    }
}

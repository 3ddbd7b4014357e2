import QtQuick
import QtQuick.Layouts
import Cria

// A message under the pen again: Enter sends it, Escape leaves it as it was.
FocusScope {
    id: editor

    property bool sendable: true

    signal cancelled
    signal sent(string text)
    signal typed(string text)

    function begin(original: string): void {
        area.text = original;
        area.cursorPosition = area.length;
        area.focusText(Qt.OtherFocusReason);
    }
    function send(): void {
        if (editor.sendable && area.text.trim() !== "")
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
            onTextChanged: editor.typed(area.text)
        }
        RowLayout {
            Layout.alignment: Qt.AlignRight
            spacing: 8

            ActionButton {
                text: qsTr("Cancel")

                onClicked: editor.cancelled()
            }
            ActionButton {
                enabled: editor.sendable
                objectName: "resend"
                primary: true
                text: qsTr("Send again")

                onClicked: editor.send()
            }
        }
    }
}

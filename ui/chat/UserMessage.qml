import QtQuick
import Cria

// What the person said: a bubble in Chat, plain ink in Complete. Edited in place and sent again.
Item {
    id: message

    required property MessageFacts row
    // In Complete a prompt stands nearer to its own continuation than to the one above it.
    readonly property int gap: row.continuous && row.index > 0 ? 28 : 0

    implicitHeight: gap + (row.editing ? editor.implicitHeight : bubble.implicitHeight) + actions.height

    Rectangle {
        id: bubble

        readonly property real inset: message.row.continuous ? 0 : 16
        readonly property real most: message.row.continuous ? message.width : Math.min(message.width, Math.max(460, message.width * 0.7))

        anchors.right: message.row.continuous ? undefined : parent.right
        color: message.row.continuous ? "transparent" : Theme.side
        implicitHeight: said.implicitHeight + (message.row.continuous ? 0 : 20)
        implicitWidth: message.row.continuous ? message.width : Math.min(most, Math.ceil(measure.implicitWidth) + 2 * inset + 2)
        radius: Theme.bubbleRadius
        visible: !message.row.editing
        y: message.gap

        // The width of the text as it was typed; laid out once, never shown.
        Text {
            id: measure

            Accessible.ignored: true
            font: said.font
            text: message.row.text
            textFormat: Text.PlainText
            visible: false
        }
        ProseBlock {
            id: said

            anchors.left: parent.left
            anchors.leftMargin: bubble.inset
            anchors.right: parent.right
            anchors.rightMargin: bubble.inset
            anchors.verticalCenter: parent.verticalCenter
            content: message.row.text
        }
    }
    Loader {
        id: editor

        active: message.row.editing
        anchors.left: parent.left
        anchors.right: parent.right

        source: "MessageEditor.qml"
        y: message.gap

        onLoaded: (item as MessageEditor).begin(message.row.list.editingText)
    }
    Connections {
        function onCancelled(): void {
            message.row.list.finishEditing();
        }
        function onSent(text: string): void {
            if (message.row.chat.editAndResend(message.row.messageId, text))
                message.row.list.finishEditing();
        }
        function onTyped(text: string): void {
            if (message.row.editing)
                message.row.list.editingText = text;
        }

        target: editor.item as MessageEditor
    }
    Binding {
        property: "sendable"
        target: editor.item as MessageEditor
        value: !message.row.generating
        when: editor.item !== null
    }
    Row {
        id: actions

        anchors.bottom: parent.bottom
        anchors.right: message.row.continuous ? undefined : parent.right
        height: 32
        layoutDirection: message.row.continuous ? Qt.LeftToRight : Qt.RightToLeft

        MessageAction {
            glyph: "copy"
            row: message.row
            text: qsTr("Copy")

            onClicked: message.row.chat.copyText(message.row.messageId)
        }
        MessageAction {
            enabled: !message.row.generating
            glyph: "edit"
            row: message.row
            text: qsTr("Edit and send again (E)")

            onClicked: message.row.beginEditing()
        }
        SiblingPlace {
            row: message.row
        }
    }
}

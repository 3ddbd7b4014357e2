import QtQuick
import Cria
import Cria.App as Core

// What the rows of a conversation ask of their list.
ListView {
    required property Core.ChatController chat
    // The short name of the checkpoint that is open, to tint the replies it gave.
    required property string currentLabel
    // The message that is being edited, and what it says by now: its row may be gone when it is out of sight.
    property string editingId: ""
    property string editingText: ""
    readonly property real columnWidth: Math.min(Theme.columnWidth, width - 48)

    function edit(messageId: string, text: string): void {
        editingText = text;
        editingId = messageId;
    }
    // Before the window closes.
    function keepEdit(): void {
        if (editingId !== "")
            chat.keepEdit(editingId, editingText);
        editingId = "";
    }
    function finishEditing(): void {
        editingId = "";
        forceActiveFocus(Qt.OtherFocusReason);
    }
}

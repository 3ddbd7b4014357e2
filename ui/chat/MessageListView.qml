import QtQuick
import Cria
import Cria.App as Core

// What the rows of a conversation ask of their list.
ListView {
    required property Core.ChatController chat
    // The short name of the checkpoint that is open, to tint the replies it gave.
    required property string currentLabel
    property string editingId: ""
    readonly property real columnWidth: Math.min(Theme.columnWidth, width - 48)

    function finishEditing(): void {
        editingId = "";
        forceActiveFocus(Qt.OtherFocusReason);
    }
}

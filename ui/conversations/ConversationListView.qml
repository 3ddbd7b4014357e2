import QtQuick
import Cria.App as Core

// What the rows of conversations ask of their list.
ListView {
    id: list

    required property Core.ConversationsController conversations
    property string renamingId: ""

    signal opened

    function openRow(index: int, id: string): void {
        currentIndex = index;
        conversations.open(id);
        list.opened();
    }
    function finishRenaming(id: string, title: string): void {
        if (renamingId !== id)
            return;
        renamingId = "";
        if (title !== "")
            conversations.rename(id, title);
        forceActiveFocus(Qt.OtherFocusReason);
    }
    function focusFirst(): void {
        if (count > 0)
            currentIndex = 0;
        forceActiveFocus(Qt.TabFocusReason);
    }
}

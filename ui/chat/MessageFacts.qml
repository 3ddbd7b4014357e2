import QtQuick
import Cria
import Cria.App as Core

// What the parts of a message read and ask for; MessageRow is the one that is made.
Item {
    required property int index
    required property string messageId
    required property string role
    required property string text
    required property string status
    required property string errorText
    required property string checkpointName
    required property string checkpointLabel
    required property string seed
    required property real tokensPerSecond
    required property int newTokens
    required property int siblingIndex
    required property int siblingCount
    required property string settingsSummary
    readonly property MessageListView list: ListView.view as MessageListView
    readonly property Core.ChatController chat: list?.chat ?? null
    readonly property bool generating: chat?.generating ?? false
    readonly property string currentLabel: list?.currentLabel ?? ""
    // A row that waits to be used again still holds the message it showed last.
    property bool pooled: false
    readonly property bool editing: !pooled && list !== null && list.editingId === messageId
    property bool chosen: false
    property bool actionsShown: false
    readonly property bool continuous: (chat?.mode ?? "chat") === "complete"

    ListView.onPooled: pooled = true
    ListView.onReused: pooled = false

    function beginEditing(): void {
        if (list !== null && !generating)
            list.edit(messageId, text);
    }
}

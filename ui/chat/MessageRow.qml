import QtQuick
import Cria

// One message of the conversation, by its author. What is being edited lives in the list, not here: rows are reused.
MessageFacts {
    id: root

    Accessible.name: role === "user" ? qsTr("You: %1").arg(text) : qsTr("%1: %2").arg(checkpointLabel).arg(text)
    Accessible.role: Accessible.ListItem
    actionsShown: (hover.hovered || chosen) && !editing
    chosen: ListView.isCurrentItem && (list?.activeFocus ?? false)
    width: list?.width ?? 0
    implicitHeight: body.item ? (body.item as Item).implicitHeight : 0

    // A reused row may change its author.
    function show(): void {
        body.setSource(role === "user" ? "UserMessage.qml" : "ReplyMessage.qml", {
                "row": root
            });
    }

    onRoleChanged: {
        if (body.item !== null)
            show();
    }
    Keys.onPressed: event => {
        if (!root.chosen || root.editing || event.modifiers !== Qt.NoModifier)
            return;
        event.accepted = true;
        const idle = !root.generating;
        if (event.key === Qt.Key_E && root.role === "user" && idle)
            root.beginEditing();
        else if (event.key === Qt.Key_R && root.role === "assistant" && idle)
            root.chat.regenerate(root.messageId);
        else if (event.key === Qt.Key_C && root.role === "assistant" && idle)
            root.chat.continueReply(root.messageId);
        else
            event.accepted = false;
    }

    HoverHandler {
        id: hover
    }
    FocusRing {
        anchors.bottomMargin: 2
        anchors.leftMargin: -10
        anchors.rightMargin: -10
        anchors.topMargin: -6
        parent: body
        shown: root.chosen && !root.editing
    }
    Loader {
        id: body

        anchors.horizontalCenter: parent.horizontalCenter
        width: root.list?.columnWidth ?? 0

        Component.onCompleted: root.show()
    }
}

import QtQuick
import Cria
import Cria.App as Core

// Chat or Complete; Left and Right move it.
Row {
    id: mode

    required property Core.ChatController chat

    function choose(value: string): void {
        (value === "chat" ? chatButton : completeButton).forceActiveFocus(Qt.TabFocusReason);
        chat.mode = value;
    }

    Accessible.name: qsTr("Mode")
    Accessible.role: Accessible.Grouping
    spacing: 2

    SegmentButton {
        id: chatButton

        chosen: mode.chat.mode === "chat"
        objectName: "modeChat"
        text: qsTr("Chat")

        Keys.onRightPressed: mode.choose("complete")
        onClicked: mode.chat.mode = "chat"
    }
    SegmentButton {
        id: completeButton

        chosen: mode.chat.mode === "complete"
        objectName: "modeComplete"
        text: qsTr("Complete")

        Keys.onLeftPressed: mode.choose("chat")
        onClicked: mode.chat.mode = "complete"
    }
}

import QtQuick
import QtQuick.Layouts
import Cria
import Cria.App as Core

// Where the person writes: Chat or Complete, how full the context is, Send or Stop.
FocusScope {
    id: composer

    required property Core.ChatController chat
    required property bool ready
    required property real room
    readonly property string conversationId: chat.conversationId
    readonly property bool roomy: room > 580

    function focusText(): void {
        area.focusText(Qt.OtherFocusReason);
    }
    function send(): void {
        if (!chat.canSend || chat.generating)
            return;
        const text = area.text;
        if (text.trim() === "" && chat.mode !== "complete")
            return;
        area.text = "";
        chat.draft = "";
        chat.send(text);
    }

    implicitHeight: area.implicitHeight + controls.implicitHeight + 28

    Component.onCompleted: area.text = chat.draft
    onConversationIdChanged: area.text = chat.draft

    Connections {
        function onDraftChanged(): void {
            if (area.text !== composer.chat.draft)
                area.text = composer.chat.draft;
        }

        target: composer.chat
    }
    Rectangle {
        anchors.fill: parent
        border.color: area.focused ? Theme.clay : Theme.hairline
        border.width: 1
        color: Theme.card
        radius: Theme.cardRadius

        // The whole card is the place to write.
        TapHandler {
            onTapped: composer.focusText()
        }
    }
    PlainArea {
        id: area

        anchors.left: parent.left
        anchors.leftMargin: 12
        anchors.right: parent.right
        anchors.rightMargin: 8
        anchors.top: parent.top
        anchors.topMargin: 10
        mostHeight: Math.max(56, Math.min(200, composer.Window.height * 0.28))
        name: qsTr("Message")
        objectName: "composer"
        placeholderText: !composer.ready ? qsTr("Open a checkpoint to begin") : composer.chat.mode === "complete" ? qsTr("A text to go on from") : qsTr("Say something")

        onCancelled: composer.chat.generating ? composer.chat.stop() : undefined
        onSubmitted: composer.send()
        onTextChanged: composer.chat.draft = text
    }
    RowLayout {
        id: controls

        anchors.bottom: parent.bottom
        anchors.bottomMargin: 10
        anchors.left: parent.left
        anchors.leftMargin: 10
        anchors.right: parent.right
        anchors.rightMargin: 10
        spacing: 4

        ModeSwitch {
            chat: composer.chat
        }
        IconButton {
            id: promptButton

            glyph: "prompt"
            objectName: "promptButton"
            text: qsTr("Chat template and system prompt")
            visible: composer.chat.mode === "chat"

            onClicked: prompt.opened ? prompt.close() : prompt.open()

            PromptPopup {
                id: prompt

                chat: composer.chat
                x: -12
                y: -height - 8
            }
        }
        Item {
            Layout.fillWidth: true
        }
        ContextMeter {
            length: composer.chat.contextLength
            policy: composer.chat.contextPolicy
            terse: !composer.roomy
            used: composer.chat.contextUsed

            onPolicyChosen: value => composer.chat.contextPolicy = value
        }
        ActionButton {
            Accessible.description: composer.chat.generating ? qsTr("Escape") : qsTr("Enter")
            enabled: composer.chat.generating || composer.chat.canSend
            implicitWidth: 68
            objectName: "sendButton"
            primary: true
            text: composer.chat.generating ? qsTr("Stop") : qsTr("Send")

            onClicked: composer.chat.generating ? composer.chat.stop() : composer.send()
        }
    }
}

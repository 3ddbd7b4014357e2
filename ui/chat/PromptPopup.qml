import QtQuick
import QtQuick.Layouts
import Cria
import Cria.App as Core

// How the conversation becomes a prompt: the chat template and the system prompt.
PopupCard {
    id: popup

    required property Core.ChatController chat

    contentHeight: layout.implicitHeight
    contentWidth: Math.min(360, parent.Window.width - 64)

    Component.onCompleted: system.text = popup.chat.systemPrompt
    onOpened: template.forceActiveFocus(Qt.PopupFocusReason)

    Connections {
        function onSystemPromptChanged(): void {
            if (system.text !== popup.chat.systemPrompt)
                system.text = popup.chat.systemPrompt;
        }

        target: popup.chat
    }
    ColumnLayout {
        id: layout

        anchors.fill: parent
        spacing: 8

        RowLayout {
            Layout.fillWidth: true

            TextLabel {
                Layout.fillWidth: true
                text: qsTr("Chat template")
            }
            ChoiceBox {
                id: template

                Layout.preferredWidth: 190
                current: popup.chat.chatTemplate
                labels: [qsTr("the checkpoint's own"), qsTr("Zephyr"), qsTr("ChatML"), qsTr("### Human:"), qsTr("Llama 2"), qsTr("User: / Assistant:")]
                name: qsTr("Chat template")
                objectName: "chatTemplate"
                values: ["auto", "zephyr", "chatml", "human", "llama2", "plain"]

                onChosen: value => popup.chat.chatTemplate = value
            }
        }
        TextLabel {
            Layout.topMargin: 4
            text: qsTr("System prompt")
        }
        Rectangle {
            Layout.fillWidth: true
            border.color: Theme.hairline
            border.width: 1
            color: Theme.page
            implicitHeight: Math.max(72, system.implicitHeight + 12)
            radius: Theme.controlRadius

            PlainArea {
                id: system

                anchors.fill: parent
                anchors.margins: 6
                mostHeight: 140
                name: qsTr("System prompt")
                objectName: "systemPrompt"
                placeholderText: qsTr("none")
                submitsOnEnter: false

                onCancelled: popup.close()
                onTextChanged: popup.chat.systemPrompt = system.text
            }
        }
    }
}

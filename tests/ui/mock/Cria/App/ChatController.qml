import QtQuick

// A conversation with a llama that says `script`, a word at a time.
QtObject {
    id: chat

    required property CheckpointController checkpoints
    required property ConversationsController conversations
    required property SamplingController sampling
    property string conversationId: conversations.currentId
    property string title: ""
    property ListModel messages: ListModel {
    }
    property bool generating: false
    property string phase: "idle"
    property real prefillProgress: 0
    property string mode: "chat"
    property string chatTemplate: "auto"
    property string systemPrompt: ""
    property string draft: ""
    property int contextUsed: 0
    property int contextLength: 2048
    property string contextPolicy: "stop"
    property string notice: ""
    property string errorTitle: ""
    property string errorText: ""
    readonly property bool canSend: !generating && checkpoints.state === "ready"
    property string script: "one two three four five six seven eight nine ten"
    property int said: 0
    property int next: 1
    property var calls: []
    // The settings as they were when each word was written.
    property var temperatures: []
    property Timer clock: Timer {
        interval: 20
        repeat: true

        onTriggered: chat.sayWord()
    }

    signal replyFinished

    function dismissError(): void {
        errorTitle = "";
        errorText = "";
    }
    function add(message: var): string {
        const id = "m" + next++;
        messages.append(Object.assign({
                    "messageId": id,
                    "role": "assistant",
                    "text": "",
                    "status": "done",
                    "errorText": "",
                    "checkpointName": checkpoints.name,
                    "checkpointLabel": checkpoints.shortLabel,
                    "seed": sampling.seed,
                    "tokensPerSecond": 0,
                    "newTokens": 0,
                    "siblingIndex": 1,
                    "siblingCount": 1,
                    "settingsSummary": "temperature 1, top-k 50",
                    "createdAt": 0
                }, message));
        return id;
    }
    function send(text: string): void {
        calls = calls.concat(["send " + text]);
        if (text !== "")
            add({
                    "role": "user",
                    "text": text,
                    "checkpointLabel": ""
                });
        begin();
    }
    function begin(): void {
        add({
                "status": "streaming"
            });
        said = 0;
        generating = true;
        phase = "writing";
        clock.start();
    }
    function sayWord(): void {
        const words = script.split(" ");
        const last = messages.count - 1;
        if (said >= words.length) {
            finish("done");
            return;
        }
        temperatures = temperatures.concat([sampling.temperature]);
        messages.setProperty(last, "text", messages.get(last).text + (said > 0 ? " " : "") + words[said]);
        ++said;
        contextUsed += 1;
    }
    function finish(status: string): void {
        clock.stop();
        const last = messages.count - 1;
        messages.setProperty(last, "status", status);
        messages.setProperty(last, "tokensPerSecond", 18.4);
        generating = false;
        phase = "idle";
        replyFinished();
    }
    function stop(): void {
        calls = calls.concat(["stop"]);
        if (generating)
            finish("cancelled");
    }
    function regenerate(id: string): void {
        calls = calls.concat(["regenerate " + id]);
    }
    function editAndResend(id: string, text: string): bool {
        calls = calls.concat(["edit " + id + " " + text]);
        return canSend;
    }
    function keepEdit(id: string, text: string): void {
        calls = calls.concat(["keep " + id + " " + text]);
    }
    function continueReply(id: string): void {
        calls = calls.concat(["continue " + id]);
    }
    function selectSibling(id: string, delta: int): void {
        calls = calls.concat(["sibling " + id + " " + delta]);
    }
    function copyText(id: string): void {
        calls = calls.concat(["copy " + id]);
    }
}

import QtQuick
import QtTest

// Typing a message, sending it, stopping its reply.
DrivenWindow {
    name: "Composer"

    function test_typeSendStream(): void {
        open(1360, 860);
        type("Hello");
        keyClick(Qt.Key_Return, Qt.ShiftModifier);
        type("you");
        compare(app.chat.draft, "Hello\nyou");
        keyClick(Qt.Key_Return);
        compare(app.chat.calls, ["send Hello\nyou"]);
        compare(app.chat.draft, "");
        compare(find("composer").text, "");
        verify(app.chat.generating);
        compare(find("sendButton").text, "Stop");
        tryCompare(app.chat, "generating", false);
        compare(app.chat.messages.get(1).text, app.chat.script);
        compare(find("sendButton").text, "Send");
    }
    function test_nothingIsSentWithoutText(): void {
        open(1360, 860);
        type("  ");
        keyClick(Qt.Key_Return);
        compare(app.chat.calls, []);
    }
    function test_draftSurvivesAnotherConversation(): void {
        open(1360, 860);
        type("half a thought");
        compare(app.chat.draft, "half a thought");
        app.chat.draft = "of the other one";
        compare(find("composer").text, "of the other one");
    }
    function test_theSystemPromptIsTakenAsItIsTyped(): void {
        open(1360, 860);
        app.chat.systemPrompt = "Be";
        mouseClick(find("promptButton"));
        tryVerify(() => findInPopup("systemPrompt") !== null);
        const area = findInPopup("systemPrompt");
        tryCompare(area, "text", "Be");
        area.cursorPosition = 2;
        area.focusText(Qt.OtherFocusReason);
        type(" kind");
        compare(app.chat.systemPrompt, "Be kind");
        // Another conversation's own takes its place.
        app.chat.systemPrompt = "";
        compare(area.text, "");
    }
    function test_stopByEscapeAndByButton(): void {
        app.chat.script = "word ".repeat(500);
        open(1360, 860);
        type("go");
        keyClick(Qt.Key_Return);
        tryVerify(() => app.chat.messages.get(1).text.length > 10);
        keyClick(Qt.Key_Escape);
        compare(app.chat.generating, false);
        compare(app.chat.messages.get(1).status, "cancelled");
        type("again");
        keyClick(Qt.Key_Return);
        verify(app.chat.generating);
        mouseClick(find("sendButton"));
        compare(app.chat.generating, false);
    }
    function test_aSuggestionIsSentAndWhatWasTypedStays(): void {
        open(1360, 860);
        type("my own");
        const texts = [0, 1, 2].map(i => find("beginning" + i).text);
        compare(new Set(texts).size, 3);
        mouseClick(find("beginning1"));
        compare(app.chat.calls, ["send " + texts[1]]);
        compare(find("composer").text, "my own");
        type("!");
        compare(app.chat.draft, "my own!");
    }
    function test_aClickOnTheModeLeavesTheKeysToTheComposer(): void {
        open(1360, 860);
        mouseClick(find("modeComplete"));
        compare(app.chat.mode, "complete");
        type("Once");
        compare(app.chat.draft, "Once");
    }
    function test_policyAndModeAndTheme(): void {
        open(1360, 860);
        mouseClick(find("contextMeter"));
        tryVerify(() => window.activeFocusItem !== null && window.activeFocusItem.objectName === "policy_stop");
        keyClick(Qt.Key_Down);
        keyClick(Qt.Key_Return);
        compare(app.chat.contextPolicy, "slide");
        mouseClick(find("modeComplete"));
        compare(app.chat.mode, "complete");
        find("modeComplete").forceActiveFocus(Qt.TabFocusReason);
        keyClick(Qt.Key_Left);
        compare(app.chat.mode, "chat");
        compare(app.window.theme, "light");
        mouseClick(find("themeButton"));
        compare(app.window.theme, "dark");
    }
}

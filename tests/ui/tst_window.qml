import QtQuick
import QtTest

// The panes of windows of several sizes, and the way through them by Tab.
DrivenWindow {
    name: "Window"

    function test_panesFold(): void {
        open(1360, 860);
        const list = find("messageList");
        const width = list.width;
        keyClick(Qt.Key_B, Qt.ControlModifier);
        compare(app.window.leftPaneOpen, false);
        tryVerify(() => list.width === width + 256);
        keyClick(Qt.Key_Period, Qt.ControlModifier);
        compare(app.window.rightPaneOpen, false);
        tryVerify(() => list.width === width + 256 + 288);
        keyClick(Qt.Key_B, Qt.ControlModifier);
        keyClick(Qt.Key_Period, Qt.ControlModifier);
        tryVerify(() => list.width === width);
    }
    function test_drawersInASmallWindow(): void {
        open(640, 480);
        compare(find("messageList").width, 640);
        verify(!find("search").enabled);
        keyClick(Qt.Key_B, Qt.ControlModifier);
        verify(find("search").enabled);
        compare(find("messageList").width, 640, "a drawer lies over the middle");
        compare(app.window.leftPaneOpen, true, "the drawer does not change what a wide window shows");
        keyClick(Qt.Key_Escape);
        verify(!find("search").enabled);
        keyClick(Qt.Key_K, Qt.ControlModifier);
        verify(holdsFocus(find("search")));
        keyClick(Qt.Key_Escape);
        keyClick(Qt.Key_Period, Qt.ControlModifier);
        verify(find("topK").enabled);
        mouseClick(window.contentItem, 20, 240);
        verify(!find("topK").enabled, "a click beside the drawer closes it");
        type("still here");
        compare(app.chat.draft, "still here");
    }
    function test_everyControlHasANameAndATabStop(): void {
        open(1360, 860);
        type("one");
        keyClick(Qt.Key_Return);
        tryCompare(app.chat, "generating", false);
        const seen = [];
        for (let i = 0; i < 80; ++i) {
            keyClick(Qt.Key_Tab);
            const item = window.activeFocusItem;
            verify(item !== null);
            if (seen.includes(item))
                break;
            seen.push(item);
            verify(item.Accessible.name !== "", "a control without a name: " + item);
        }
        for (const name of ["search", "conversationList", "checkpointButton", "messageList", "composer", "sendButton", "contextMeter", "modeChat", "temperature", "topK", "topP", "minP", "repetitionPenalty", "maxNewTokens", "addStop", "variants4", "seedFixed", "toggleLeft", "toggleRight", "themeButton", "newConversation"]) {
            const control = find(name);
            verify(control !== null, name);
            verify(seen.some(item => {
                        for (let at = item; at !== null; at = at.parent) {
                            if (at === control)
                                return true;
                        }
                        return false;
                    }), name + " is not reached by Tab");
        }
    }
}

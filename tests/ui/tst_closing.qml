import QtQuick
import QtTest

// What the window does with text that could not be saved.
DrivenWindow {
    name: "Closing"

    function test_closesWhenAllIsSaved(): void {
        open(1360, 860);
        keyClick(Qt.Key_Q, Qt.ControlModifier);
        tryCompare(window, "visible", false);
    }
    function test_anEditInProgressIsKept(): void {
        open(1360, 860);
        type("one");
        keyClick(Qt.Key_Return);
        tryCompare(app.chat, "generating", false);
        find("messageList").forceActiveFocus(Qt.TabFocusReason);
        keyClick(Qt.Key_Home);
        keyClick(Qt.Key_E);
        tryVerify(() => find("editArea") !== null);
        type(" more");
        app.closing.fails = 1;
        window.close();
        compare(app.chat.calls[app.chat.calls.length - 1], "keep m1 one more");
        const calls = app.chat.calls.length;
        window.close();  // once is enough
        compare(app.chat.calls.length, calls);
    }
    function test_asksBeforeItClosesWithUnsavedText(): void {
        app.closing.fails = 2;
        open(1360, 860);
        keyClick(Qt.Key_Q, Qt.ControlModifier);
        tryVerify(() => findInPopup("unsavedAgain") !== null && findInPopup("unsavedAgain").visualFocus);
        compare(window.visible, true);
        verify(findInPopup("unsavedProblem").text.includes("full"));
        verify(findInPopup("unsavedCopy").text.includes("lost"));
        app.closing.copy = "/tmp/cria-unsaved.json";
        verify(findInPopup("unsavedCopy").text.includes("/tmp/cria-unsaved.json"));
        // By keyboard alone: again, then back to the window with what was typed.
        keyClick(Qt.Key_Space);
        compare(app.closing.calls, ["close", "again"]);
        keyClick(Qt.Key_Escape);
        compare(app.closing.calls, ["close", "again", "stay"]);
        tryVerify(() => holdsFocus(find("composer")));
        type("x");
        compare(app.chat.draft, "x");
        app.closing.fails = 1;
        keyClick(Qt.Key_Q, Qt.ControlModifier);
        tryVerify(() => findInPopup("unsavedAgain").visualFocus);
        keyClick(Qt.Key_Tab);
        verify(findInPopup("unsavedSaveText").visualFocus);
        keyClick(Qt.Key_Tab);
        verify(findInPopup("unsavedClose").visualFocus);
        keyClick(Qt.Key_Space);
        tryCompare(window, "visible", false);
    }
}

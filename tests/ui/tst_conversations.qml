import QtQuick
import QtTest

// The list of conversations, and what can be done with a message.
DrivenWindow {
    name: "Conversations"

    function test_conversationsByKeyboard(): void {
        open(1360, 860);
        keyClick(Qt.Key_N, Qt.ControlModifier);
        compare(app.conversations.all.length, 2);
        keyClick(Qt.Key_K, Qt.ControlModifier);
        type("hai");
        compare(app.conversations.filter, "hai");
        keyClick(Qt.Key_Return);
        keyClick(Qt.Key_Return);
        compare(app.conversations.currentId, "c1");
        find("search").text = "";
        keyClick(Qt.Key_K, Qt.ControlModifier);
        keyClick(Qt.Key_Down);
        keyClick(Qt.Key_Down);
        keyClick(Qt.Key_F2);
        tryVerify(() => window.activeFocusItem.objectName === "renameField");
        type("Sonnet");
        keyClick(Qt.Key_Return);
        tryVerify(() => app.conversations.all[1].title === "Sonnet");
        keyClick(Qt.Key_K, Qt.ControlModifier);
        keyClick(Qt.Key_Down);
        keyClick(Qt.Key_Down);
        keyClick(Qt.Key_Delete);
        compare(app.conversations.all.length, 1);
        mouseClick(find("undo"));
        compare(app.conversations.all.length, 2);
    }
    function test_messageActionsByKeyboard(): void {
        open(1360, 860);
        type("one");
        keyClick(Qt.Key_Return);
        tryCompare(app.chat, "generating", false);
        const list = find("messageList");
        list.forceActiveFocus(Qt.TabFocusReason);
        compare(list.currentIndex, 1);
        keyClick(Qt.Key_R);
        keyClick(Qt.Key_C);
        keyClick(Qt.Key_Up);
        compare(list.currentIndex, 0);
        const height = list.contentHeight;
        keyClick(Qt.Key_E);
        tryVerify(() => find("editArea") !== null);
        type(" more");
        keyClick(Qt.Key_Return);
        compare(app.chat.calls, ["send one", "regenerate m2", "continue m2", "edit m1 one more"]);
        tryVerify(() => list.contentHeight === height, 1000);
    }
    function test_anEditOutlivesScrollingAndARefusal(): void {
        app.chat.script = "line \n".repeat(300);
        open(900, 700);
        type("one");
        keyClick(Qt.Key_Return);
        const list = find("messageList");
        tryVerify(() => list.contentHeight > 3000, 15000);
        keyClick(Qt.Key_Escape);
        list.forceActiveFocus(Qt.TabFocusReason);
        keyClick(Qt.Key_Home);
        keyClick(Qt.Key_E);
        tryVerify(() => find("editArea") !== null);
        type(" more");
        list.currentIndex = 1;
        const turnWheel = by => {
            for (let i = 0; i < 8; ++i)
                mouseWheel(list, list.width / 2, 100, 0, by);
        };
        turnWheel(-1200);
        tryVerify(() => find("editArea") === null);
        turnWheel(1200);
        tryVerify(() => find("editArea") !== null && find("editArea").text === "one more");
        app.checkpoints.state = "error";
        find("editArea").focusText(Qt.OtherFocusReason);
        keyClick(Qt.Key_Return);
        compare(app.chat.calls[app.chat.calls.length - 1], "edit m1 one more");
        compare(find("editArea").text, "one more");
        app.checkpoints.state = "ready";
        keyClick(Qt.Key_Return);
        tryVerify(() => find("editArea") === null);
    }
    function test_hoverMovesNothing(): void {
        open(1360, 860);
        type("one");
        keyClick(Qt.Key_Return);
        tryCompare(app.chat, "generating", false);
        const list = find("messageList");
        wait(50);
        const height = list.contentHeight;
        mouseMove(list, list.width / 2, 120);
        wait(200);
        compare(list.contentHeight, height);
        list.forceActiveFocus(Qt.TabFocusReason);
        wait(50);
        compare(list.contentHeight, height);
    }
    function test_theEndOfAShortReplyIsInSight(): void {
        open(1360, 860);
        const list = find("messageList");
        for (const script of ["line \n".repeat(12), "two words", "and three more", "one"]) {
            app.chat.script = script;
            type("go");
            keyClick(Qt.Key_Return);
            tryCompare(app.chat, "generating", false);
            tryVerify(() => list.contentY + list.height >= list.originY + list.contentHeight, 1000, script);
        }
        verify(list.contentHeight > list.height);
    }
    function test_followsUntilScrolledUp(): void {
        app.chat.script = "line\n".repeat(400).trim();
        app.chat.script = app.chat.script.split("\n").join(" \n");
        open(900, 700);
        type("go");
        keyClick(Qt.Key_Return);
        const list = find("messageList");
        const atEnd = () => list.contentY + list.height >= list.originY + list.contentHeight - 2;
        tryVerify(() => list.contentHeight > list.height + 200, 15000);
        tryVerify(atEnd);
        mouseWheel(list, list.width / 2, 100, 0, 600);
        tryVerify(() => !atEnd());
        tryCompare(find("jumpToLatest"), "visible", true);
        wait(200);
        verify(!atEnd(), "new words do not drag the reader down");
        mouseClick(find("jumpToLatest"));
        tryVerify(atEnd);
        compare(find("jumpToLatest").visible, false);
        keyClick(Qt.Key_Escape);
    }
}

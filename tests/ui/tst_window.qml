import QtQuick
import QtTest
import Cria.App as Core

// The window as a person drives it, over the mock: the mouse, the keyboard, small windows.
TestCase {
    id: tests

    property var window: null
    property Core.Application app: null

    function find(name: string): var {
        return findIn(window.contentItem, name);
    }
    function findIn(item: var, name: string): var {
        if (item.objectName === name)
            return item;
        for (let i = 0; i < item.children.length; ++i) {
            const found = findIn(item.children[i], name);
            if (found !== null)
                return found;
        }
        return null;
    }
    // What lies over the window is no child of its content.
    function findInPopup(name: string): var {
        let root = window.contentItem;
        while (root.parent)
            root = root.parent;
        return findIn(root, name);
    }
    // The text area itself inside a PlainArea, the field inside a setting's row.
    function inputIn(item: var): var {
        if (item.cursorPosition !== undefined && item.selectByMouse !== undefined && item.readOnly === false)
            return item;
        for (let i = 0; i < item.children.length; ++i) {
            const found = inputIn(item.children[i]);
            if (found !== null)
                return found;
        }
        return null;
    }
    function sliderIn(item: var): var {
        for (let i = 0; i < item.children.length; ++i) {
            if (item.children[i].visualPosition !== undefined)
                return item.children[i];
        }
        return null;
    }
    function type(text: string): void {
        for (const letter of text)
            keyClick(letter);
    }
    function holdsFocus(item: var): bool {
        for (let at = window.activeFocusItem; at !== null; at = at.parent) {
            if (at === item)
                return true;
        }
        return false;
    }
    function open(width: int, height: int): void {
        app.window.width = width;
        app.window.height = height;
        const component = Qt.createComponent("qrc:/qt/qml/Cria/Main.qml");
        compare(component.status, Component.Ready, component.errorString());
        window = component.createObject(null, {
                "app": app
            });
        verify(window !== null);
        window.requestActivate();
        tryCompare(window, "active", true);
        tryVerify(() => window.activeFocusItem !== null);
    }

    name: "Window"
    when: windowShown

    Component {
        id: maker

        Core.Application {
        }
    }

    function init(): void {
        app = maker.createObject(tests);
        app.checkpoints.fill(4);
        app.checkpoints.open("/models/TinyLlama-1.1B-step-715k");
        app.conversations.add("Haiku", "715k · 1 reply", "Today");
        app.conversations.open("c1");
    }
    function cleanup(): void {
        if (window !== null)
            window.destroy();
        window = null;
        app.destroy();
        wait(0);
    }

    function test_closesWhenAllIsSaved(): void {
        open(1360, 860);
        keyClick(Qt.Key_Q, Qt.ControlModifier);
        tryCompare(window, "visible", false);
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
    function test_slideInMidReply(): void {
        app.chat.script = "word ".repeat(500);
        open(1360, 860);
        type("go");
        keyClick(Qt.Key_Return);
        tryVerify(() => app.chat.temperatures.length > 3);
        const slider = sliderIn(find("temperature"));
        mouseDrag(slider, slider.width / 2, slider.height / 2, slider.width / 4, 0, Qt.LeftButton);
        verify(app.sampling.temperature > 1.2, "temperature is " + app.sampling.temperature);
        const now = app.sampling.temperature;
        tryVerify(() => app.chat.temperatures[app.chat.temperatures.length - 1] === now);
        verify(app.chat.generating, "sliding does not stop the reply");
        keyClick(Qt.Key_Escape);
    }
    function test_numberFields(): void {
        open(1360, 860);
        const field = inputIn(find("topK"));
        mouseClick(field);
        keyClick(Qt.Key_A, Qt.ControlModifier);
        type("10");
        keyClick(Qt.Key_Return);
        compare(app.sampling.topK, 10);
        keyClick(Qt.Key_A, Qt.ControlModifier);
        type("off");
        keyClick(Qt.Key_Return);
        compare(app.sampling.topK, 0);
        keyClick(Qt.Key_A, Qt.ControlModifier);
        type("llama");
        keyClick(Qt.Key_Return);
        compare(app.sampling.topK, 0);
        compare(field.text, "off");
        keyClick(Qt.Key_Up);
        compare(app.sampling.topK, 1);
        const penalty = inputIn(find("repetitionPenalty"));
        mouseClick(penalty);
        keyClick(Qt.Key_A, Qt.ControlModifier);
        type("1,5");
        keyClick(Qt.Key_Tab);
        compare(app.sampling.repetitionPenalty, 1.5);
    }
    function test_sliderKeysScaleAndReset_data(): var {
        return [{
                "tag": "temperature",
                "setting": "temperature",
                "initial": 1
            }, {
                "tag": "topK",
                "setting": "topK",
                "initial": 50
            }, {
                "tag": "topP",
                "setting": "topP",
                "initial": 1
            }, {
                "tag": "minP",
                "setting": "minP",
                "initial": 0
            }, {
                "tag": "repetitionPenalty",
                "setting": "repetitionPenalty",
                "initial": 1
            }, {
                "tag": "maxNewTokens",
                "setting": "maxNewTokens",
                "initial": 500
            }];
    }
    function test_sliderKeysScaleAndReset(data: var): void {
        open(1360, 860);
        const slider = sliderIn(find(data.setting));
        slider.forceActiveFocus(Qt.TabFocusReason);
        compare(app.sampling[data.setting], data.initial);
        keyClick(data.initial === 0 || data.setting === "repetitionPenalty" ? Qt.Key_Right : Qt.Key_Left);
        verify(app.sampling[data.setting] !== data.initial, "an arrow key moves it");
        mouseDoubleClickSequence(slider, slider.width * 0.9, slider.height / 2);
        tryVerify(() => app.sampling[data.setting] === data.initial);
        // The whole groove is the whole range, there and back.
        for (let i = 0; i <= 20; ++i) {
            const value = slider.valueAt(i / 20);
            fuzzyCompare(slider.valueAt(slider.positionFor(value)), value, Math.max(1e-9, value * 1e-9));
        }
    }
    function test_topKIsLogarithmicAndItsEndIsOff(): void {
        open(1360, 860);
        const slider = sliderIn(find("topK"));
        compare(slider.valueAt(0), 1);
        compare(slider.valueAt(0.96), 1000);
        compare(slider.valueAt(1), 0);
        fuzzyCompare(slider.valueAt(0.48), 32, 1);
        slider.forceActiveFocus(Qt.TabFocusReason);
        keyClick(Qt.Key_End);
        compare(app.sampling.topK, 0);
        keyClick(Qt.Key_Left);
        compare(app.sampling.topK, 1000);
    }
    function test_switchCheckpointInMidConversation(): void {
        open(1360, 860);
        type("one");
        keyClick(Qt.Key_Return);
        tryCompare(app.chat, "generating", false);
        keyClick(Qt.Key_Left, Qt.AltModifier);
        compare(app.checkpoints.path, "/models/TinyLlama-1.1B-step-480k");
        type("two");
        keyClick(Qt.Key_Return);
        tryCompare(app.chat, "generating", false);
        compare(app.chat.messages.get(1).checkpointLabel, "715k");
        compare(app.chat.messages.get(3).checkpointLabel, "480k");
        keyClick(Qt.Key_Right, Qt.AltModifier);
        compare(app.checkpoints.path, "/models/TinyLlama-1.1B-step-715k");
        // The next one is not on this disk: nothing to go to.
        keyClick(Qt.Key_Right, Qt.AltModifier);
        compare(app.checkpoints.path, "/models/TinyLlama-1.1B-step-715k");
    }
    function test_pickerByKeyboard(): void {
        open(1360, 860);
        find("checkpointButton").forceActiveFocus(Qt.TabFocusReason);
        keyClick(Qt.Key_Space);
        tryVerify(() => window.activeFocusItem !== null && window.activeFocusItem.path !== undefined);
        tryVerify(() => window.activeFocusItem.path === app.checkpoints.path);
        keyClick(Qt.Key_Up);
        compare(window.activeFocusItem.path, "/models/TinyLlama-1.1B-step-480k");
        keyClick(Qt.Key_Return);
        compare(app.checkpoints.path, "/models/TinyLlama-1.1B-step-480k");
    }
    function test_pickerNamesTheDevices(): void {
        open(1360, 860);
        mouseClick(find("checkpointButton"));
        tryVerify(() => findInPopup("deviceChoice") !== null);
        compare(app.checkpoints.looks, 1, "what is free is asked anew");
        compare(findInPopup("freeMemory").text, "21.3 GB of memory free");
        const choice = findInPopup("deviceChoice");
        compare(choice.displayText, "automatic");
        choice.forceActiveFocus(Qt.TabFocusReason);
        keyClick(Qt.Key_Down);
        keyClick(Qt.Key_Down);
        compare(choice.displayText, "NVIDIA GeForce RTX 4090");
        compare(app.checkpoints.deviceChoice, "cuda:0");
    }
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
    function test_policyAndModeAndTheme(): void {
        open(1360, 860);
        mouseClick(find("contextMeter"));
        tryVerify(() => window.activeFocusItem !== null && window.activeFocusItem.objectName === "policy_stop");
        keyClick(Qt.Key_Down);
        keyClick(Qt.Key_Return);
        compare(app.chat.contextPolicy, "slide");
        mouseClick(find("modeComplete"));
        compare(app.chat.mode, "complete");
        keyClick(Qt.Key_Left);
        compare(app.chat.mode, "chat");
        compare(app.window.theme, "light");
        mouseClick(find("themeButton"));
        compare(app.window.theme, "dark");
    }
    function test_seedVariantsStops(): void {
        open(1360, 860);
        mouseClick(find("seedFixed"));
        compare(app.sampling.seedFixed, true);
        const seed = find("seed");
        mouseClick(seed);
        keyClick(Qt.Key_A, Qt.ControlModifier);
        type("7");
        keyClick(Qt.Key_Return);
        compare(app.sampling.seed, "7");
        mouseClick(find("variants4"));
        compare(app.sampling.variants, 4);
        mouseClick(find("addStop"));
        type("a\\n");
        keyClick(Qt.Key_Return);
        compare(app.sampling.stopStrings, ["a\n"]);
        verify(app.sampling.modified);
        mouseClick(find("resetSampling"));
        compare(app.sampling.stopStrings, []);
    }
}

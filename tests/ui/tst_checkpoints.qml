import QtQuick
import QtTest

// The list of checkpoints and devices.
DrivenWindow {
    name: "Checkpoints"

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
}

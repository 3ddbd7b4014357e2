import QtQuick
import QtTest
import Cria.App as Core

// What the tests of the window share: each opens one over the mock of Cria.App and drives it as a
// person would.
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
}

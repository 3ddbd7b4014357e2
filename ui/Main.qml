import QtQuick
import QtQuick.Controls
import QtQuick.Dialogs
import Cria
import Cria.App as Core

// The window: three panes that fold; in a narrow window the right one, then the left one, lies over the middle as a drawer.
ApplicationWindow {
    id: window

    required property Core.Application app
    readonly property Core.WindowSettings settings: app.window
    readonly property bool leftNarrow: width < Theme.leftBreakpoint
    readonly property bool rightNarrow: width < Theme.rightBreakpoint
    readonly property bool drawerOpen: (leftNarrow && leftDrawer) || (rightNarrow && rightDrawer)
    property bool leftDrawer: false
    property bool rightDrawer: false
    readonly property bool leftShown: leftNarrow ? leftDrawer : settings.leftPaneOpen
    readonly property bool rightShown: rightNarrow ? rightDrawer : settings.rightPaneOpen

    function toggleLeft(): void {
        rightDrawer = false;
        if (leftNarrow)
            leftDrawer = !leftDrawer;
        else
            settings.leftPaneOpen = !settings.leftPaneOpen;
        if (leftDrawer)
            leftPane.focusSearch();
        else if (!leftShown)
            chatPane.focusComposer();
    }
    function toggleRight(): void {
        leftDrawer = false;
        if (rightNarrow)
            rightDrawer = !rightDrawer;
        else
            settings.rightPaneOpen = !settings.rightPaneOpen;
        if (rightDrawer)
            rightPane.focusFirst();
        else if (!rightShown)
            chatPane.focusComposer();
    }
    function closeDrawers(): void {
        leftDrawer = false;
        rightDrawer = false;
        chatPane.focusComposer();
    }

    color: Theme.page
    font.family: Theme.sans
    font.pixelSize: Theme.controlSize
    height: settings.height
    minimumHeight: 480
    minimumWidth: 640
    palette.alternateBase: Theme.side
    palette.base: Theme.card
    palette.brightText: Theme.inkOnClay
    palette.button: Theme.side
    palette.buttonText: Theme.ink
    palette.dark: Theme.softInk
    palette.highlight: Theme.clay
    palette.highlightedText: Theme.inkOnClay
    palette.light: Theme.card
    palette.link: Theme.clay
    palette.mid: Theme.hairline
    palette.midlight: Theme.hairline
    palette.placeholderText: Theme.softInk
    palette.shadow: Theme.hairline
    palette.text: Theme.ink
    palette.toolTipBase: Theme.card
    palette.toolTipText: Theme.ink
    palette.window: Theme.page
    palette.windowText: Theme.ink
    title: app.chat.title === "" ? qsTr("Cria") : qsTr("%1 · Cria").arg(app.chat.title)
    visible: true
    width: settings.width

    Component.onCompleted: chatPane.focusComposer()
    onClosing: close => {
        chatPane.keepEdit();
        close.accepted = app.closing.mayClose();
    }
    onHeightChanged: {
        if (visibility === Window.Windowed)
            settings.height = height;
    }
    onLeftNarrowChanged: leftDrawer = false
    onRightNarrowChanged: rightDrawer = false
    onWidthChanged: {
        if (visibility === Window.Windowed)
            settings.width = width;
    }

    Binding {
        property: "choice"
        target: Theme
        value: window.settings.theme
    }
    Binding {
        property: "systemDark"
        target: Theme
        value: window.settings.systemDark
    }
    Binding {
        property: "reducedMotion"
        target: Theme
        value: window.settings.reducedMotion
    }
    Shortcut {
        sequence: "Ctrl+N"

        onActivated: {
            window.app.conversations.create();
            window.closeDrawers();
        }
    }
    Shortcut {
        sequence: "Ctrl+K"

        onActivated: {
            if (!window.leftShown)
                window.toggleLeft();
            leftPane.focusSearch();
        }
    }
    Shortcut {
        sequence: "Ctrl+B"

        onActivated: window.toggleLeft()
    }
    Shortcut {
        sequence: "Ctrl+."

        onActivated: window.toggleRight()
    }
    Shortcut {
        sequence: "Ctrl+O"

        onActivated: folderDialog.open()
    }
    Shortcut {
        sequence: "Ctrl+L"

        onActivated: {
            window.closeDrawers();
        }
    }
    Shortcut {
        enabled: window.app.chat.generating || window.drawerOpen
        sequence: "Escape"

        onActivated: {
            if (window.drawerOpen)
                window.closeDrawers();
            else
                window.app.chat.stop();
        }
    }
    Shortcut {
        sequence: "Alt+Left"

        onActivated: chatPane.step(-1)
    }
    Shortcut {
        sequence: "Alt+Right"

        onActivated: chatPane.step(1)
    }
    Shortcut {
        sequence: "Ctrl+Q"

        onActivated: window.close()
    }
    ChatPane {
        id: chatPane

        anchors.bottom: parent.bottom
        anchors.left: parent.left
        anchors.leftMargin: window.leftNarrow ? 0 : leftPane.width + leftPane.x
        anchors.right: parent.right
        anchors.rightMargin: window.rightNarrow ? 0 : window.width - rightPane.x
        anchors.top: parent.top
        app: window.app
        focus: true

        onFolderAsked: folderDialog.open()
        onLeftPaneToggled: window.toggleLeft()
        onRightPaneToggled: window.toggleRight()
    }
    Rectangle {
        anchors.fill: parent
        color: Theme.scrim
        visible: window.drawerOpen

        TapHandler {
            onTapped: window.closeDrawers()
        }
    }
    ConversationsPane {
        id: leftPane

        conversations: window.app.conversations
        enabled: window.leftShown
        height: parent.height
        settings: window.settings
        visible: x > -width
        width: Theme.leftPaneWidth
        x: window.leftShown ? 0 : -width

        Behavior on x  {
            NumberAnimation {
                duration: Theme.duration
                easing.type: Easing.OutCubic
            }
        }

        onOpened: window.closeDrawers()

        Rectangle {
            anchors.right: parent.right
            color: Theme.hairline
            height: parent.height
            width: 1
        }
    }
    SamplingPanel {
        id: rightPane

        enabled: window.rightShown
        generating: window.app.chat.generating
        height: parent.height
        sampling: window.app.sampling
        visible: x < window.width
        width: Theme.rightPaneWidth
        x: window.rightShown ? window.width - width : window.width

        Rectangle {
            color: Theme.hairline
            height: parent.height
            width: 1
        }
    }
    Connections {
        function onCloseNow(): void {
            window.close();
        }

        target: window.app.closing
    }
    UnsavedDialog {
        closing: window.app.closing

        onTextAsked: textDialog.open()
    }
    FileDialog {
        id: textDialog

        defaultSuffix: "md"
        fileMode: FileDialog.SaveFile
        nameFilters: [qsTr("Text (*.md *.txt)")]
        title: qsTr("Save what is not saved as a text")

        onAccepted: window.app.closing.saveText(selectedFile)
    }
    FolderDialog {
        id: folderDialog

        title: qsTr("Open a checkpoint's folder")

        onAccepted: window.app.checkpoints.openFolderUrl(selectedFolder)
    }
}

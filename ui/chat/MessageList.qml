import QtQuick
import QtQuick.Controls as C
import Cria
import Cria.App as Core

// The conversation. It follows the reply being written until the person scrolls up, and again from the bottom on.
FocusScope {
    id: view

    required property Core.ChatController chat
    required property string currentLabel
    property bool following: true
    readonly property int count: list.count
    readonly property string conversationId: chat.conversationId

    function jumpToLatest(): void {
        following = true;
        list.positionViewAtEnd();
    }
    function keepEdit(): void {
        list.keepEdit();
    }
    function focusLatest(): void {
        if (list.count === 0)
            return;
        list.currentIndex = list.count - 1;
        list.forceActiveFocus(Qt.TabFocusReason);
    }

    onConversationIdChanged: {
        list.currentIndex = -1;
        jumpToLatest();
    }

    MessageListView {
        id: list

        // A movement by hand, as against one of the text growing.
        readonly property bool byHand: moving || bar.pressed
        property real lastY: 0

        Accessible.name: qsTr("Messages")
        Accessible.role: Accessible.List
        activeFocusOnTab: true
        anchors.fill: parent
        bottomMargin: 8
        boundsBehavior: Flickable.StopAtBounds
        cacheBuffer: 800
        clip: true
        currentIndex: -1
        focus: true
        highlightMoveDuration: 0
        keyNavigationEnabled: true
        model: view.chat.messages
        objectName: "messageList"
        pixelAligned: true
        reuseItems: true
        topMargin: 24

        C.ScrollBar.vertical: ThinScrollBar {
            id: bar
        }
        chat: view.chat
        currentLabel: view.currentLabel
        delegate: MessageRow {
        }

        Keys.onPressed: event => {
            if (event.key === Qt.Key_End) {
                view.jumpToLatest();
                currentIndex = count - 1;
            } else if (event.key === Qt.Key_Home) {
                view.following = false;
                currentIndex = 0;
                positionViewAtBeginning();
            } else if (event.key === Qt.Key_PageUp || event.key === Qt.Key_PageDown) {
                const by = (event.key === Qt.Key_PageUp ? -1 : 1) * height * 0.9;
                const top = originY - topMargin;
                const bottom = Math.max(top, originY + contentHeight + bottomMargin - height);
                contentY = Math.min(bottom, Math.max(top, contentY + by));
                view.following = contentY > bottom - 24;
            } else {
                return;
            }
            event.accepted = true;
        }
        onActiveFocusChanged: {
            if (activeFocus && currentIndex < 0 && count > 0)
                currentIndex = count - 1;
        }
        onContentHeightChanged: settled.restart()
        onContentYChanged: {
            const gap = originY + contentHeight + bottomMargin - height - contentY;
            if (!view.following)
                view.following = contentY > lastY && gap < 24;
            else if (byHand && gap > 24)
                view.following = false;
            lastY = contentY;
        }
        onCountChanged: settled.restart()
        onCurrentIndexChanged: {
            if (activeFocus && currentIndex >= 0)
                view.following = currentIndex === count - 1 && view.following;
        }
        onHeightChanged: settled.restart()
    }
    // A wheel moves the list without `moving` it.
    WheelHandler {
        acceptedDevices: PointerDevice.Mouse | PointerDevice.TouchPad
        blocking: false
        parent: list
        target: null

        onWheel: event => {
            if (event.angleDelta.y > 0 || event.pixelDelta.y > 0)
                view.following = false;
        }
    }
    Timer {
        id: settled

        interval: 0

        onTriggered: {
            if (!view.following)
                return;
            // A row that has just grown is not where the list believes it to be yet.
            list.forceLayout();
            list.positionViewAtEnd();
        }
    }
    ActionButton {
        Accessible.description: qsTr("The reply goes on below.")
        anchors.bottom: parent.bottom
        anchors.bottomMargin: 12
        anchors.horizontalCenter: parent.horizontalCenter
        objectName: "jumpToLatest"
        text: qsTr("↓  Jump to latest")
        visible: !view.following && list.contentHeight > list.height

        onClicked: view.jumpToLatest()
    }
}

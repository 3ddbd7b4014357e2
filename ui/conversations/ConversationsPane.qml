import QtQuick
import QtQuick.Controls as C
import QtQuick.Layouts
import Cria
import Cria.App as Core

// The left pane: new, search, the list by age, undo, and the theme at its foot.
FocusScope {
    id: pane

    required property Core.ConversationsController conversations
    required property Core.WindowSettings settings

    signal opened

    Accessible.name: qsTr("Conversations")
    Accessible.role: Accessible.Pane

    function focusSearch(): void {
        search.forceActiveFocus(Qt.ShortcutFocusReason);
        search.selectAll();
    }
    function create(): void {
        conversations.create();
        pane.opened();
    }

    Rectangle {
        anchors.fill: parent
        color: Theme.side
    }
    ColumnLayout {
        anchors.bottomMargin: 8
        anchors.fill: parent
        anchors.leftMargin: 16
        anchors.rightMargin: 16
        anchors.topMargin: 14
        spacing: 0

        RowLayout {
            Layout.bottomMargin: 12
            Layout.fillWidth: true
            spacing: 10

            Image {
                Accessible.ignored: true
                Layout.preferredHeight: 28
                Layout.preferredWidth: 28
                source: "qrc:/qt/qml/Cria/icons/cria.svg"
                sourceSize.height: 56
                sourceSize.width: 56
            }
            TextLabel {
                Layout.fillWidth: true
                font.pixelSize: 18
                font.weight: Font.DemiBold
                text: qsTr("Cria")
            }
            IconButton {
                id: createButton

                Layout.rightMargin: -6
                glyph: "plus"
                objectName: "newConversation"
                text: qsTr("New conversation (Ctrl+N)")

                onClicked: pane.create()
            }
        }
        InputField {
            id: search

            Accessible.name: qsTr("Search conversations")
            Layout.fillWidth: true
            objectName: "search"
            placeholderText: qsTr("Search")
            rightPadding: hint.visible ? hint.width + 20 : 12

            Keys.onDownPressed: list.focusFirst()
            Keys.onEscapePressed: event => {
                event.accepted = text !== "";
                clear();
            }
            onAccepted: list.focusFirst()
            onTextChanged: pane.conversations.filter = text

            MetaLabel {
                id: hint

                anchors.right: parent.right
                anchors.rightMargin: 12
                anchors.verticalCenter: parent.verticalCenter
                text: qsTr("Ctrl K")
                visible: search.length === 0 && !search.activeFocus
            }
        }
        ConversationListView {
            id: list

            Accessible.name: qsTr("List of conversations")
            Accessible.role: Accessible.List
            Layout.fillHeight: true
            Layout.fillWidth: true
            Layout.topMargin: 4
            activeFocusOnTab: true
            boundsBehavior: Flickable.StopAtBounds
            clip: true
            currentIndex: -1
            keyNavigationEnabled: true
            model: pane.conversations.model
            objectName: "conversationList"
            section.property: "section"

            C.ScrollBar.vertical: ThinScrollBar {
            }
            conversations: pane.conversations
            delegate: ConversationRow {
            }

            onOpened: pane.opened()
            onActiveFocusChanged: {
                if (activeFocus && currentIndex < 0 && count > 0)
                    currentIndex = 0;
            }

            TextLabel {
                anchors.left: parent.left
                anchors.right: parent.right
                color: Theme.softInk
                elide: Text.ElideNone
                lineHeight: 1.3
                text: search.length > 0 ? qsTr("No conversation has “%1” in its title.").arg(search.text) : qsTr("What you say to a llama is kept here.")
                visible: list.count === 0
                wrapMode: Text.Wrap
                y: 24
            }
        }
        UndoToast {
            Layout.bottomMargin: 8
            Layout.fillWidth: true
            shown: pane.conversations.undoAvailable
            text: pane.conversations.undoText

            onDismissed: pane.conversations.dismissUndo()
            onUndone: pane.conversations.undoRemove()
        }
        ThemeButton {
            Layout.leftMargin: -8
            settings: pane.settings
        }
    }
}

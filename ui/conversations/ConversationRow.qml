import QtQuick
import QtQuick.Templates as T
import Cria

// One conversation: title, subtitle; rename in place; its buttons appear on hover and focus, over the subtitle's end.
T.ItemDelegate {
    id: row

    required property int index
    required property string conversationId
    required property string title
    required property string subtitle
    required property bool current
    required property string section
    readonly property ConversationListView list: ListView.view as ConversationListView
    readonly property bool renaming: list !== null && list.renamingId === conversationId
    readonly property bool first: ListView.section !== ListView.previousSection
    readonly property int headingHeight: first && section !== "" ? 36 : 0
    readonly property bool chosen: ListView.isCurrentItem && (list?.activeFocus ?? false)
    readonly property bool busy: hovered || chosen || rename.activeFocus || remove.activeFocus

    Accessible.description: subtitle
    Accessible.name: title
    Accessible.role: Accessible.ListItem
    Accessible.selected: current
    focusPolicy: Qt.NoFocus
    hoverEnabled: true
    width: (list?.width ?? 0) - (list !== null && list.contentHeight > list.height ? 10 : 0)
    implicitHeight: 52 + headingHeight
    topInset: headingHeight + 2
    bottomInset: 2
    topPadding: headingHeight

    Keys.onDeletePressed: row.list.conversations.remove(row.conversationId)
    Keys.onEnterPressed: row.list.openRow(row.index, row.conversationId)
    Keys.onPressed: event => {
        if (event.key === Qt.Key_F2) {
            row.list.renamingId = row.conversationId;
            event.accepted = true;
        }
    }
    Keys.onReturnPressed: row.list.openRow(row.index, row.conversationId)
    onClicked: row.list.openRow(row.index, row.conversationId)
    onDoubleClicked: row.list.renamingId = row.conversationId

    background: Rectangle {
        border.color: row.current ? Theme.hairline : "transparent"
        border.width: 1
        color: row.current ? Theme.card : row.hovered ? Theme.claySoft : "transparent"
        radius: Theme.controlRadius

        FocusRing {
            anchors.margins: 0
            radius: Theme.controlRadius
            shown: row.chosen
        }
    }

    MetaLabel {
        font.capitalization: Font.AllUppercase
        font.letterSpacing: 0.6
        font.weight: Font.DemiBold
        text: row.section
        visible: row.headingHeight > 0
        y: 14
    }
    Column {
        anchors.left: parent.left
        anchors.leftMargin: 12
        anchors.right: parent.right
        anchors.rightMargin: 12
        y: row.headingHeight + (52 - height) / 2
        spacing: 2
        visible: !row.renaming

        TextLabel {
            font.weight: row.current ? Font.DemiBold : Font.Normal
            text: row.title === "" ? qsTr("New conversation") : row.title
            width: parent.width - (row.busy ? buttons.width : 0)
        }
        MetaLabel {
            text: row.subtitle
            width: parent.width - (row.busy ? buttons.width : 0)
        }
    }
    Row {
        id: buttons

        anchors.right: parent.right
        anchors.rightMargin: 4
        y: row.headingHeight + (52 - height) / 2
        opacity: row.busy && !row.renaming ? 1 : 0
        visible: opacity > 0

        IconButton {
            id: rename

            focusPolicy: row.chosen || activeFocus ? Qt.StrongFocus : Qt.ClickFocus
            glyph: "edit"
            text: qsTr("Rename (F2)")

            onClicked: row.list.renamingId = row.conversationId
        }
        IconButton {
            id: remove

            focusPolicy: rename.focusPolicy
            glyph: "delete"
            text: qsTr("Delete (Del)")

            onClicked: row.list.conversations.remove(row.conversationId)
        }
    }
    InputField {
        id: editor

        property bool begun: false

        Accessible.name: qsTr("New title")
        anchors.left: parent.left
        anchors.right: parent.right
        y: row.headingHeight + (52 - height) / 2
        leftPadding: 11
        maximumLength: 200
        objectName: "renameField"
        visible: row.renaming

        Keys.onEscapePressed: row.list.finishRenaming(row.conversationId, "")
        // Handled here, so that the row does not take it for opening.
        Keys.onReturnPressed: row.list.finishRenaming(row.conversationId, text.trim())
        Keys.onEnterPressed: row.list.finishRenaming(row.conversationId, text.trim())
        onVisibleChanged: {
            begun = false;
            if (visible)
                entered.restart();
        }
        onActiveFocusChanged: {
            if (begun && !activeFocus && row.renaming)
                left.restart();
        }

        // Focus is given and taken when the row has settled, not in the middle of its bindings.
        Timer {
            id: entered

            interval: 0

            onTriggered: {
                editor.text = row.title;
                editor.selectAll();
                editor.forceActiveFocus(Qt.OtherFocusReason);
                editor.begun = true;
            }
        }
        Timer {
            id: left

            interval: 0

            onTriggered: {
                if (!editor.activeFocus && row.list !== null)
                    row.list.finishRenaming(row.conversationId, editor.text.trim());
            }
        }
    }
}

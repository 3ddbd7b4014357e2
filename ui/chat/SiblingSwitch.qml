import QtQuick
import Cria

// < 2/3 >: the replies that were given, or the words that were said, at this place, where there are several.
Row {
    id: siblings

    required property MessageFacts row
    readonly property int position: row.siblingIndex
    readonly property int count: row.siblingCount

    Accessible.name: qsTr("Version %1 of %2").arg(position).arg(count)
    Accessible.role: Accessible.Grouping

    IconButton {
        enabled: siblings.position > 1 && !siblings.row.generating
        focusPolicy: siblings.row.chosen || activeFocus ? Qt.StrongFocus : Qt.ClickFocus
        glyph: "left"
        implicitWidth: 22
        objectName: "previousSibling"
        text: qsTr("Previous version")

        onClicked: siblings.row.chat.selectSibling(siblings.row.messageId, -1)
    }
    TabularText {
        anchors.verticalCenter: parent.verticalCenter
        text: siblings.position + "/" + siblings.count
    }
    IconButton {
        enabled: siblings.position < siblings.count && !siblings.row.generating
        focusPolicy: siblings.row.chosen || activeFocus ? Qt.StrongFocus : Qt.ClickFocus
        glyph: "right"
        implicitWidth: 22
        objectName: "nextSibling"
        text: qsTr("Next version")

        onClicked: siblings.row.chat.selectSibling(siblings.row.messageId, 1)
    }
}

import QtQuick
import Cria

// What the program itself says in a conversation.
MetaLabel {
    required property MessageFacts row

    bottomPadding: 12
    elide: Text.ElideNone
    horizontalAlignment: Text.AlignHCenter
    text: row.text
    wrapMode: Text.Wrap
}

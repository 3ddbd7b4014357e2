import QtQuick
import Cria

// A reply as blocks, with a caret at its end while it is being written.
Column {
    id: reply

    required property string text
    required property bool writing
    property bool plain: false
    readonly property alias count: rows.count
    property color ink: Theme.ink

    spacing: plain ? 0 : 10

    ReplyBlocks {
        id: blocks

        plain: reply.plain
        text: reply.text
    }
    Repeater {
        id: rows

        model: blocks

        Loader {
            id: block

            readonly property ReplyText reply: parent as ReplyText
            required property int index
            required property bool code
            required property string language
            required property string content
            readonly property bool last: index === (reply?.count ?? 0) - 1

            visible: code || content !== ""
            width: reply?.width ?? 0

            Component.onCompleted: {
                if (code)
                    setSource("CodeBlock.qml", {
                            "content": Qt.binding(() => block.content),
                            "language": Qt.binding(() => block.language)
                        });
                else
                    setSource("LiveProse.qml", {
                            "content": Qt.binding(() => block.content),
                            "color": Qt.binding(() => block.reply.ink),
                            "writing": Qt.binding(() => block.reply.writing && block.last)
                        });
            }
        }
    }
}

import QtQuick
import QtQuick.Controls as C
import Cria

// What a llama said, and which llama: its age, seed and speed, small and near.
Item {
    id: message

    required property MessageFacts row
    readonly property bool live: row.status === "streaming" || row.status === "waiting"
    readonly property bool empty: row.text === ""
    // In Complete the text comes first, and which llama wrote it below.
    readonly property int metaHeight: row.continuous ? 0 : 28
    readonly property string speed: row.tokensPerSecond.toFixed(row.tokensPerSecond < 100 ? 1 : 0)
    readonly property string statusWords: {
        switch (row.status) {
        case "waiting":
            return row.chat.phase === "prefill" ? qsTr("reading the conversation, %1 %").arg(Math.round(row.chat.prefillProgress * 100)) : qsTr("waiting");
        case "interrupted":
            return qsTr("interrupted");
        case "cancelled":
            return qsTr("stopped");
        case "length":
            return qsTr("maximum length");
        case "error":
            return qsTr("error");
        default:
            return "";
        }
    }

    implicitHeight: metaHeight + Math.max(words.implicitHeight, hollow.visible ? hollow.height : 0) + (problem.visible ? problem.implicitHeight + 6 : 0) + actionsLine.height

    Row {
        id: meta

        height: message.row.continuous ? actionsLine.height : 28
        y: message.row.continuous ? message.height - height : 0
        spacing: 8

        Chip {
            // Of one tooltip for the window: one a row would take longer to make than all else in it.
            C.ToolTip.delay: 500
            C.ToolTip.text: message.row.checkpointName + (message.row.settingsSummary === "" ? "" : "\n" + message.row.settingsSummary)
            C.ToolTip.visible: chipHover.hovered && message.row.checkpointName !== ""
            anchors.verticalCenter: parent.verticalCenter
            height: 20
            interactive: false
            text: message.row.checkpointLabel
            tinted: message.row.checkpointLabel === message.row.currentLabel
            visible: text !== ""
            width: Math.min(implicitWidth, 180)

            HoverHandler {
                id: chipHover
            }
        }
        MetaLabel {
            anchors.verticalCenter: parent.verticalCenter
            text: qsTr("seed %1").arg(message.row.seed)
            visible: message.row.seed !== "" && message.width > 360
        }
        TabularText {
            anchors.verticalCenter: parent.verticalCenter
            text: qsTr("%1 tok/s").arg(message.speed)
            visible: message.live && message.row.tokensPerSecond > 0
        }
        MetaLabel {
            anchors.verticalCenter: parent.verticalCenter
            text: qsTr("%1 tok/s").arg(message.speed)
            visible: !message.live && message.row.tokensPerSecond > 0
        }
        MetaLabel {
            anchors.verticalCenter: parent.verticalCenter
            color: message.row.status === "error" ? Theme.brick : message.row.status === "waiting" ? Theme.softInk : Theme.ochre
            text: message.statusWords
            visible: text !== ""
        }
        SiblingPlace {
            anchors.verticalCenter: parent.verticalCenter
            row: message.row
        }
    }
    ReplyText {
        id: words

        anchors.left: parent.left
        anchors.right: parent.right
        ink: message.row.continuous ? Theme.generatedInk : Theme.ink
        plain: message.row.continuous
        // A continuation begins with the space after the last word, which its own line has no use for.
        text: message.row.continuous && message.row.text.startsWith(" ") ? message.row.text.slice(1) : message.row.text
        writing: message.row.status === "streaming"
        y: message.metaHeight
    }
    // Before the first token, or where none came: the caret's place, so that the first word moves nothing.
    Item {
        id: hollow

        height: 25
        visible: message.empty && message.row.status !== "error"
        y: message.metaHeight

        Rectangle {
            anchors.verticalCenter: parent.verticalCenter
            color: message.row.continuous ? Theme.generatedInk : Theme.ink
            height: 17
            visible: message.live
            width: 7

            SequentialAnimation on opacity  {
                loops: Animation.Infinite
                running: message.live && message.empty && !Theme.reducedMotion

                NumberAnimation {
                    duration: 500
                    to: 0.25
                }
                NumberAnimation {
                    duration: 500
                    to: 1
                }
            }
        }
        TextLabel {
            anchors.verticalCenter: parent.verticalCenter
            color: Theme.softInk
            text: qsTr("nothing was written")
            visible: !message.live
        }
    }
    TextLabel {
        id: problem

        anchors.bottom: actionsLine.top
        anchors.left: parent.left
        anchors.right: parent.right
        color: Theme.brick
        elide: Text.ElideNone
        lineHeight: 1.3
        // What the banner says already is not said twice.
        text: message.row.errorText === message.row.chat?.errorText ? "" : message.row.errorText
        visible: text !== ""
        wrapMode: Text.Wrap
    }
    Row {
        id: actionsLine

        anchors.bottom: parent.bottom
        height: 36
        x: message.row.continuous ? meta.width + 8 : 0
        spacing: 8

        Row {
            id: actions

            anchors.verticalCenter: parent.verticalCenter
            height: 28
            leftPadding: message.row.continuous ? 0 : -6

            MessageAction {
                enabled: !message.empty
                glyph: "copy"
                row: message.row
                text: qsTr("Copy")

                onClicked: message.row.chat.copyText(message.row.messageId)
            }
            MessageAction {
                enabled: !message.row.generating
                glyph: "regenerate"
                row: message.row
                text: qsTr("Write another reply (R)")

                onClicked: message.row.chat.regenerate(message.row.messageId)
            }
            MessageAction {
                enabled: !message.row.generating
                glyph: "continue"
                row: message.row
                text: qsTr("Continue this reply (C)")

                onClicked: message.row.chat.continueReply(message.row.messageId)
            }
        }
    }
}

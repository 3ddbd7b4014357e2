import QtQuick
import QtQuick.Controls as C
import Cria

// Code keeps its lines: a block wider than the column scrolls sideways.
Rectangle {
    id: block

    required property string content
    required property string language

    border.color: Theme.hairline
    border.width: 1
    color: Theme.side
    implicitHeight: 28 + code.contentHeight + 16
    radius: Theme.controlRadius

    MetaLabel {
        anchors.left: parent.left
        anchors.leftMargin: 12
        anchors.right: copy.left
        anchors.verticalCenter: copy.verticalCenter
        text: block.language === "" ? qsTr("code") : block.language
    }
    IconButton {
        id: copy

        anchors.right: parent.right
        anchors.rightMargin: 2
        anchors.top: parent.top
        anchors.topMargin: 1
        focusPolicy: Qt.ClickFocus
        glyph: "copy"
        text: qsTr("Copy the code")

        onClicked: {
            code.selectAll();
            code.copy();
            code.deselect();
        }
    }
    Flickable {
        anchors.bottom: parent.bottom
        anchors.left: parent.left
        anchors.right: parent.right
        anchors.top: copy.bottom
        boundsBehavior: Flickable.StopAtBounds
        clip: true
        contentHeight: height
        contentWidth: Math.max(width, code.contentWidth + 24)
        flickableDirection: Flickable.HorizontalFlick

        C.ScrollBar.horizontal: ThinScrollBar {
        }

        ProseBlock {
            id: code

            content: block.content
            font.family: Theme.mono
            font.pixelSize: Theme.controlSize
            wrapMode: TextEdit.NoWrap
            x: 12
        }
    }
}

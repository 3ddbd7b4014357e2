import QtQuick
import QtQuick.Layouts
import Cria

// What happened, why, what to do, and at most one button. Takes no room while it has nothing to say.
FocusScope {
    id: banner

    property string title: ""
    property string text: ""
    property string buttonText: ""
    property bool dismissable: false
    property color tone: Theme.brick

    signal acted
    signal dismissed

    Accessible.description: text
    Accessible.name: title
    Accessible.role: Accessible.AlertMessage
    implicitHeight: visible ? row.implicitHeight + 24 : 0
    visible: title !== "" || text !== ""

    Rectangle {
        anchors.fill: parent
        border.color: Theme.hairline
        border.width: 1
        color: Theme.card
        radius: Theme.bubbleRadius
    }
    Rectangle {
        anchors.bottom: parent.bottom
        anchors.bottomMargin: 12
        anchors.left: parent.left
        anchors.leftMargin: 10
        anchors.top: parent.top
        anchors.topMargin: 12
        color: banner.tone
        radius: 2
        width: 3
    }
    RowLayout {
        id: row

        anchors.left: parent.left
        anchors.leftMargin: 24
        anchors.right: parent.right
        anchors.rightMargin: 12
        anchors.verticalCenter: parent.verticalCenter
        spacing: 12

        ColumnLayout {
            Layout.fillWidth: true
            spacing: 2

            TextLabel {
                Layout.fillWidth: true
                color: banner.tone
                font.weight: Font.DemiBold
                text: banner.title
                visible: text !== ""
                wrapMode: Text.Wrap
            }
            TextLabel {
                Layout.fillWidth: true
                elide: Text.ElideNone
                lineHeight: 1.25
                text: banner.text
                visible: text !== ""
                wrapMode: Text.Wrap
            }
        }
        ActionButton {
            text: banner.buttonText
            visible: text !== ""

            onClicked: banner.acted()
        }
        IconButton {
            glyph: "close"
            text: qsTr("Dismiss")
            visible: banner.dismissable

            onClicked: banner.dismissed()
        }
    }
}

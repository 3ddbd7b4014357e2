import QtQuick
import QtQuick.Layouts
import QtQuick.Templates as T
import Cria

// One checkpoint of the library: its name and age; marked when it is the one that speaks.
T.ItemDelegate {
    id: row

    required property int index
    required property string path
    required property string name
    required property string label
    required property string shortLabel
    required property bool current
    required property bool spare
    required property string run
    required property bool available
    readonly property LibraryView list: ListView.view as LibraryView
    readonly property bool first: ListView.section !== ListView.previousSection
    readonly property int headingHeight: first && run !== "" ? 28 : 0
    readonly property bool chosen: ListView.isCurrentItem && (list?.activeFocus ?? false)

    function tellSpeaker(): void {
        if (current && list !== null)
            list.speaker = index;
    }

    Accessible.description: !available ? qsTr("Not found: %1").arg(path) : spare ? qsTr("In memory: %1").arg(path) : path
    Accessible.name: label === "" ? name : name + ", " + label
    Accessible.role: Accessible.ListItem
    Accessible.selected: current
    focusPolicy: Qt.NoFocus
    hoverEnabled: true
    bottomPadding: 0
    width: (list?.width ?? 0) - (list !== null && list.contentHeight > list.height ? 12 : 0)
    implicitHeight: 44 + headingHeight
    topInset: headingHeight
    topPadding: headingHeight
    leftPadding: 8
    rightPadding: 4

    Keys.onDeletePressed: row.list.checkpoints.forget(row.path)
    Keys.onEnterPressed: row.list.openRow(row.path)
    Keys.onReturnPressed: row.list.openRow(row.path)
    Component.onCompleted: tellSpeaker()
    onCurrentChanged: tellSpeaker()
    onClicked: row.list.openRow(row.path)

    background: Rectangle {
        color: row.current || row.hovered ? Theme.claySoft : "transparent"
        radius: Theme.controlRadius

        FocusRing {
            anchors.margins: 0
            radius: Theme.controlRadius
            shown: row.chosen
        }
    }
    contentItem: RowLayout {
        spacing: 10

        Rectangle {
            border.color: row.available ? Theme.clay : Theme.softInk
            border.width: 2
            color: row.current ? Theme.clay : "transparent"
            implicitHeight: 10
            implicitWidth: 10
            radius: 5
        }
        ColumnLayout {
            Layout.fillWidth: true
            spacing: 1

            TextLabel {
                Layout.fillWidth: true
                color: row.available ? Theme.ink : Theme.softInk
                font.weight: row.current ? Font.DemiBold : Font.Normal
                text: row.label === "" ? row.name : row.label
            }
            MetaLabel {
                Layout.fillWidth: true
                elide: Text.ElideMiddle
                text: row.available ? row.path : qsTr("not found: %1").arg(row.path)
            }
        }
        MetaLabel {
            text: qsTr("in memory")
            visible: row.spare && !row.current
        }
        IconButton {
            focusPolicy: row.chosen || activeFocus ? Qt.StrongFocus : Qt.ClickFocus
            glyph: "close"
            opacity: row.hovered || row.chosen || activeFocus ? 1 : 0
            text: qsTr("Forget this folder (Del); its files stay")

            onClicked: row.list.checkpoints.forget(row.path)
        }
    }

    MetaLabel {
        elide: Text.ElideMiddle
        font.weight: Font.DemiBold
        leftPadding: 8
        text: row.run
        visible: row.headingHeight > 0
        width: row.width
        y: 8
    }
}

import QtQuick
import QtQuick.Controls as C
import QtQuick.Layouts
import QtQuick.Templates as T
import Cria

// One checkpoint on the age line: a dot and its short name; hollow when its folder is not on this disk.
T.AbstractButton {
    id: dot

    required property int index
    required property string path
    required property string name
    required property string label
    required property string shortLabel
    required property string run
    required property bool current
    required property bool available
    readonly property AgeTrack track: parent as AgeTrack
    readonly property bool filled: track !== null && index <= track.currentIndex

    Accessible.description: available ? label : qsTr("Not found: %1").arg(path)
    Accessible.name: name + " " + shortLabel
    Accessible.role: Accessible.RadioButton
    Accessible.checkable: true
    Accessible.checked: current
    C.ToolTip.delay: 300
    C.ToolTip.text: available ? name + "\n" + label : qsTr("Not found: %1").arg(path)
    C.ToolTip.visible: hovered || visualFocus
    Layout.fillHeight: true
    Layout.fillWidth: true
    enabled: available
    focusPolicy: Qt.StrongFocus
    hoverEnabled: true
    implicitHeight: 44
    implicitWidth: 24
    visible: track !== null && run === track.run

    Keys.onLeftPressed: track.stepped(-1)
    Keys.onRightPressed: track.stepped(1)
    onClicked: track.asked(path)
    onCurrentChanged: track?.changed()
    onRunChanged: track?.changed()

    contentItem: Item {
        Rectangle {
            readonly property int size: dot.current ? 18 : dot.hovered || dot.visualFocus ? 14 : 10

            anchors.horizontalCenter: parent.horizontalCenter
            border.color: dot.filled && dot.available ? Theme.clay : dot.hovered ? Theme.clay : Theme.faint
            border.width: dot.current ? 3 : 2
            color: dot.current || !dot.available ? Theme.card : dot.filled ? Theme.clay : Theme.page
            height: size
            radius: size / 2
            width: size
            y: 14 - size / 2

            FocusRing {
                radius: parent.radius + 2
                shown: dot.visualFocus
            }
        }
        MetaLabel {
            anchors.horizontalCenter: parent.horizontalCenter
            color: dot.current ? Theme.clay : Theme.softInk
            elide: Text.ElideRight
            font.weight: dot.current ? Font.DemiBold : Font.Normal
            horizontalAlignment: Text.AlignHCenter
            text: dot.shortLabel
            width: Math.min(implicitWidth, dot.width)
            y: 27
        }
    }
}

import QtQuick
import Cria

// Tokens a second, with digits that do not dance.
Rectangle {
    id: chip

    required property real speed

    border.color: Theme.hairline
    border.width: 1
    color: Theme.page
    implicitHeight: 20
    implicitWidth: words.implicitWidth + 16
    objectName: "speedChip"
    radius: 10

    TabularText {
        id: words

        anchors.centerIn: parent
        font.weight: Font.DemiBold
        text: qsTr("%1 tok/s").arg(chip.speed.toFixed(chip.speed < 100 ? 1 : 0))
    }
}

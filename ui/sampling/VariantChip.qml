import QtQuick
import Cria
import Cria.App as Core

// One number of variants.
Chip {
    id: chip

    required property int number
    required property Core.SamplingController sampling

    Accessible.name: qsTr("%n variant(s)", "", number)
    choice: true
    chosen: sampling.variants === number
    implicitWidth: 28
    leftPadding: 0
    objectName: "variants" + number
    rightPadding: 0
    text: number

    onClicked: sampling.variants = number
}

import QtQuick
import Cria
import Cria.App as Core

// One number of variants.
Chip {
    id: chip

    required property int number
    required property Core.SamplingController sampling
    // Greedy, every variant would be the same reply.
    readonly property bool drawn: sampling.temperature > 0

    Accessible.name: qsTr("%n variant(s)", "", number)
    choice: true
    chosen: number === (drawn ? sampling.variants : 1)
    enabled: drawn || number === 1
    implicitWidth: 28
    leftPadding: 0
    objectName: "variants" + number
    opacity: enabled ? 1 : 0.45
    rightPadding: 0
    text: number

    onClicked: sampling.variants = number
}

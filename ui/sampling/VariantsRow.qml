import QtQuick
import QtQuick.Layouts
import Cria
import Cria.App as Core

// How many replies are written at once.
RowLayout {
    id: row

    required property Core.SamplingController sampling

    Accessible.description: qsTr("How many replies to one message are written at once.")
    Accessible.name: qsTr("Variants")
    Accessible.role: Accessible.Grouping
    spacing: 4

    TextLabel {
        Layout.fillWidth: true
        text: qsTr("Variants")
    }
    VariantChip {
        number: 1
        sampling: row.sampling
    }
    VariantChip {
        number: 2
        sampling: row.sampling
    }
    VariantChip {
        number: 4
        sampling: row.sampling
    }
    VariantChip {
        number: 8
        sampling: row.sampling
    }
}

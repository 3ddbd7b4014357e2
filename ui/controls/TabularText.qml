import QtQuick
import Cria

// Text whose digits all have one width, for numbers that change in place (Qt 6.4 has no font features in QML).
Item {
    id: tabular

    required property string text
    property color color: Theme.softInk
    property alias font: metrics.font
    // Digits one by one, what lies between them as it is.
    // averageCharacterWidth tells when the font has changed; advanceWidth alone would not be asked again.
    readonly property real digitWidth: metrics.averageCharacterWidth > 0 ? metrics.advanceWidth("0") : 0
    readonly property var runs: text.match(/[0-9]|[^0-9]+/g) ?? []

    function widthOf(run: string): real {
        return run >= "0" && run <= "9" ? digitWidth : metrics.advanceWidth(run);
    }

    Accessible.name: text
    Accessible.role: Accessible.StaticText
    implicitHeight: Math.ceil(metrics.height)
    // Reckoned, not asked of the row, which answers a frame late.
    implicitWidth: Math.ceil(runs.reduce((sum, run) => sum + widthOf(run), 0))

    FontMetrics {
        id: metrics

        font.family: Theme.sans
        font.pixelSize: Theme.metaSize
    }
    TabularRow {
        color: tabular.color
        font: metrics.font
        digitWidth: tabular.digitWidth
        runs: tabular.runs

        // By number, so that a change of digits makes no new items.
        Repeater {
            model: tabular.runs.length

            TabularRun {
            }
        }
    }
}

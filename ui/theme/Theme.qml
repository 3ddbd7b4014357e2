pragma Singleton
import QtQuick

// The one theme object: colours, type, spacing and motion. Main.qml feeds it the person's choice.
QtObject {
    id: theme

    // What Main.qml sets.
    property string choice: "system"
    property bool systemDark: false
    property bool reducedMotion: false

    readonly property bool dark: choice === "dark" || (choice !== "light" && systemDark)

    // Grounds.
    readonly property color page: dark ? "#1B1917" : "#FBF9F6"
    readonly property color side: dark ? "#211E1B" : "#F3EFE9"
    readonly property color card: dark ? "#2A2622" : "#FFFFFF"
    readonly property color claySoft: dark ? "#43301F" : "#F6E4D8"

    // Lines, empty tracks and the ground of a button that cannot be pressed.
    readonly property color hairline: dark ? "#39342F" : "#E4DDD3"
    readonly property color track: dark ? "#3B3631" : "#E7E2DA"
    readonly property color faint: dark ? "#6E655C" : "#B3A89B"

    // Inks.
    readonly property color ink: dark ? "#EFE8DF" : "#2A2420"
    readonly property color softInk: dark ? "#A89E92" : "#6F6358"
    readonly property color generatedInk: dark ? "#F0C0A2" : "#6B3A22"
    readonly property color clay: dark ? "#E38A5C" : "#B04E25"
    readonly property color clayOnSoft: dark ? "#EA9A70" : "#A34720"
    readonly property color inkOnClay: dark ? "#1B1917" : "#FFFFFF"
    readonly property color leaf: dark ? "#8DBB8F" : "#3F7A4A"
    readonly property color ochre: dark ? "#D9B45B" : "#8A6100"
    readonly property color brick: dark ? "#E5857C" : "#A8322A"
    readonly property color scrim: dark ? "#99000000" : "#552A2420"

    // Type.
    readonly property string sans: firstFamily(["Inter", "Inter Variable", "Noto Sans", "DejaVu Sans"])
    readonly property string mono: firstFamily(["JetBrains Mono", "Noto Sans Mono", "DejaVu Sans Mono", "Liberation Mono", "monospace"])
    readonly property int titleSize: 16
    readonly property int textSize: 14
    readonly property int controlSize: 13
    readonly property int metaSize: 11
    readonly property real lineHeight: 1.45

    // Spacing in steps of four.
    readonly property int step: 4
    readonly property int controlRadius: 8
    readonly property int bubbleRadius: 14
    readonly property int cardRadius: 16
    readonly property int controlHeight: 32

    readonly property int leftPaneWidth: 256
    readonly property int rightPaneWidth: 288
    readonly property int columnWidth: 680
    // Narrower than this, a pane lies over the middle as a drawer.
    readonly property int leftBreakpoint: 900
    readonly property int rightBreakpoint: 1100

    readonly property int duration: reducedMotion ? 0 : 120

    // Every pair of text and ground that the window uses; tests hold each to 4.5:1.
    readonly property var textPairs: [{
            "name": "ink on page",
            "text": ink,
            "ground": page
        }, {
            "name": "ink on side",
            "text": ink,
            "ground": side
        }, {
            "name": "ink on card",
            "text": ink,
            "ground": card
        }, {
            "name": "ink on claySoft",
            "text": ink,
            "ground": claySoft
        }, {
            "name": "softInk on page",
            "text": softInk,
            "ground": page
        }, {
            "name": "softInk on side",
            "text": softInk,
            "ground": side
        }, {
            "name": "softInk on card",
            "text": softInk,
            "ground": card
        }, {
            "name": "softInk on claySoft",
            "text": softInk,
            "ground": claySoft
        }, {
            "name": "generatedInk on page",
            "text": generatedInk,
            "ground": page
        }, {
            "name": "clay on page",
            "text": clay,
            "ground": page
        }, {
            "name": "clay on side",
            "text": clay,
            "ground": side
        }, {
            "name": "clay on card",
            "text": clay,
            "ground": card
        }, {
            "name": "clayOnSoft on claySoft",
            "text": clayOnSoft,
            "ground": claySoft
        }, {
            "name": "inkOnClay on clay",
            "text": inkOnClay,
            "ground": clay
        }, {
            "name": "leaf on page",
            "text": leaf,
            "ground": page
        }, {
            "name": "leaf on card",
            "text": leaf,
            "ground": card
        }, {
            "name": "ochre on page",
            "text": ochre,
            "ground": page
        }, {
            "name": "ochre on side",
            "text": ochre,
            "ground": side
        }, {
            "name": "ochre on card",
            "text": ochre,
            "ground": card
        }, {
            "name": "brick on page",
            "text": brick,
            "ground": page
        }, {
            "name": "brick on side",
            "text": brick,
            "ground": side
        }, {
            "name": "softInk on track",
            "text": softInk,
            "ground": track
        }, {
            "name": "brick on card",
            "text": brick,
            "ground": card
        }]

    function firstFamily(names: var): string {
        const installed = Qt.fontFamilies();
        for (const name of names) {
            if (installed.includes(name))
                return name;
        }
        return Qt.application.font.family;
    }
}

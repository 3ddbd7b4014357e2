import QtQuick
import QtQuick.Templates as T
import Cria

// A slider over a value, straight or logarithmic, with a tick at the default. Double-click asks for the default.
T.Slider {
    id: slider

    required property string name
    required property real current
    required property real defaultValue
    property real low: 0
    property real high: 1
    property int decimals: 2
    property real keyStep: Math.pow(10, -decimals)
    property bool logarithmic: false
    property real offValue: NaN
    // True where "off" lies beyond the upper end and takes the last bit of the groove (top-k).
    property bool offBeyond: false
    property double lastPress: 0
    property bool pressedTwice: false
    readonly property int knob: 16
    readonly property bool off: current === offValue
    readonly property real share: offBeyond ? 0.96 : 1

    signal chosen(real value)
    signal resetAsked

    function positionFor(number: real): real {
        if (offBeyond && number === offValue)
            return 1;
        const part = logarithmic ? Math.log(Math.max(number, low) / low) / Math.log(Math.max(high / low, 1.0001)) : (number - low) / Math.max(high - low, 1e-9);
        return Math.min(1, Math.max(0, part)) * share;
    }
    function valueAt(where: real): real {
        if (offBeyond && where > (1 + share) / 2)
            return offValue;
        const part = Math.min(1, where / share);
        const raw = logarithmic ? low * Math.pow(high / low, part) : low + part * (high - low);
        return rounded(raw);
    }
    function rounded(number: real): real {
        const scale = Math.pow(10, decimals);
        return Math.round(Math.min(high, Math.max(low, number)) * scale) / scale;
    }
    function nudge(direction: int, size: int): void {
        if (offBeyond && off) {
            if (direction < 0)
                slider.chosen(high);
            return;
        }
        if (offBeyond && current >= high && direction > 0) {
            slider.chosen(offValue);
            return;
        }
        let next = logarithmic ? valueAt(Math.min(share, Math.max(0, positionFor(current) + direction * size * 0.02))) : rounded(current + direction * size * keyStep);
        if (next === current || (next - current) * direction < 0)
            next = rounded(current + direction * Math.pow(10, -decimals));
        if (next !== current)
            slider.chosen(next);
    }

    Accessible.name: name
    Accessible.role: Accessible.Slider
    from: 0
    hoverEnabled: true
    implicitHeight: 24
    implicitWidth: 160
    live: true
    to: 1

    Keys.onPressed: event => {
        event.accepted = true;
        if (event.key === Qt.Key_Left || event.key === Qt.Key_Down)
            nudge(-1, 1);
        else if (event.key === Qt.Key_Right || event.key === Qt.Key_Up)
            nudge(1, 1);
        else if (event.key === Qt.Key_PageDown)
            nudge(-1, 5);
        else if (event.key === Qt.Key_PageUp)
            nudge(1, 5);
        else if (event.key === Qt.Key_Home)
            slider.chosen(valueAt(0));
        else if (event.key === Qt.Key_End)
            slider.chosen(valueAt(1));
        else if (event.key === Qt.Key_Delete || event.key === Qt.Key_Backspace)
            slider.resetAsked();
        else
            event.accepted = false;
    }
    // A slider takes the mouse for itself, so its double click is told from the time between two presses.
    onPressedChanged: {
        if (pressed) {
            const now = Date.now();
            pressedTwice = now - lastPress < Qt.styleHints.mouseDoubleClickInterval;
            lastPress = now;
        } else if (pressedTwice) {
            pressedTwice = false;
            lastPress = 0;
            released.restart();
        }
    }
    onMoved: {
        const next = valueAt(value);
        if (next !== current)
            slider.chosen(next);
    }

    background: Item {
        Rectangle {
            color: Theme.track
            height: 4
            radius: 2
            width: slider.width
            y: (slider.height - height) / 2

            Rectangle {
                color: slider.off ? Theme.track : Theme.clay
                height: parent.height
                radius: 2
                width: slider.knob / 2 + slider.visualPosition * (slider.width - slider.knob)
            }
        }
        Rectangle {
            color: Theme.softInk
            height: 5
            radius: 1
            width: 2
            x: slider.knob / 2 + slider.positionFor(slider.defaultValue) * (slider.width - slider.knob) - 1
            y: slider.height / 2 + 9
        }
    }
    handle: Rectangle {
        border.color: slider.off ? Theme.softInk : Theme.clay
        border.width: slider.pressed ? 4 : slider.off ? 1 : 2
        color: Theme.card
        height: slider.knob
        radius: slider.knob / 2
        width: slider.knob
        x: slider.visualPosition * (slider.width - width)
        y: (slider.height - height) / 2

        FocusRing {
            radius: 10
            shown: slider.visualFocus
        }
    }

    // While a hand is on it the slider leads; otherwise it follows the setting.
    Binding {
        property: "value"
        restoreMode: Binding.RestoreNone
        target: slider
        value: slider.positionFor(slider.current)
        when: !slider.pressed
    }
    // The release moves the slider once more; the reset comes after it.
    Timer {
        id: released

        interval: 0

        onTriggered: slider.resetAsked()
    }
}

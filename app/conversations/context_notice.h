// What a person is told when the context is full.
#pragma once

#include <QString>

namespace cria::app {

class ReplyRun;

/// "": nothing happened. `finished`: no more tokens come. `contextLength` 0: not known.
QString contextNotice(const ReplyRun& run, bool finished, int contextLength);

}  // namespace cria::app

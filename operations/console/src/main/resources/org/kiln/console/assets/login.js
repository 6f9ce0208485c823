// Who are you?
import { ask, h, setSession } from './lib.js'

export function login() {
  const name = h('input', { id: 'name', name: 'name', autocomplete: 'username', required: true, value: 'operator', spellcheck: 'false', autocapitalize: 'none' })
  const password = h('input', { id: 'password', name: 'password', type: 'password', autocomplete: 'current-password', required: true })
  const wrong = h('p', { class: 'wrong', role: 'alert' })
  const button = h('button', { class: 'button primary wide', type: 'submit' }, 'Log in')
  const submit = async (event) => {
    event.preventDefault()
    button.disabled = true
    wrong.textContent = ''
    try {
      setSession(await ask('/admin/session', { method: 'POST', body: { name: name.value.trim(), password: password.value } }))
    } catch (error) {
      wrong.textContent = error.status === 401 ? 'Name and password do not fit.' : error.message
      password.select()
    } finally {
      button.disabled = false
    }
  }
  requestAnimationFrame(() => password.focus())
  return h('div', { class: 'login' },
    h('form', { class: 'login-card', onsubmit: submit },
      h('img', { src: '/console/assets/icon.svg', alt: '', width: 48, height: 48 }),
      h('h1', {}, 'Kiln'),
      h('p', { class: 'muted' }, 'The console of this Ceramic node'),
      h('label', { for: 'name' }, 'Name'), name,
      h('label', { for: 'password' }, 'Password'), password,
      wrong, button,
      h('p', { class: 'fine muted' }, 'The first start showed the operator’s password on the terminal, once. Lost it? ', h('code', {}, 'kiln access reset'), ' makes another.')))
}
